const a: number = 1;
interface Shape { readonly size: number }
function fail(shape: Shape): never { throw new TypeError(`size ${shape.size as number}`); }
fail({ size: a });
