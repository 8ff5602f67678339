	function indented() {
		throw new Error('after tabs');
	}
	indented();
