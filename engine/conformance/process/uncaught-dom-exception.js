throw new DOMException('a dom exception', 'DataError');
