// command: ["--frozen-intrinsics", "-e", "try { 'use strict'; Array.prototype.x = 1; } catch (error) { console.log(error.name); } console.log(Object.isFrozen(Array.prototype), [].x)"]
