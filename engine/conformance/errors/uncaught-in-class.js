class Store { #items = []; get first() { return this.#items[0].name; } static create() { return new Store(); } }
Store.create().first;
