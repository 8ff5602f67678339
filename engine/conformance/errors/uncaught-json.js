JSON.parse('{"a":\n  nope}');
