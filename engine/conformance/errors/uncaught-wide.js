const text = 'ä日本🎈'; throw new Error(text);
