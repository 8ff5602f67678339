import { Blob, File, resolveObjectURL } from 'node:buffer';
const blob = new Blob(['one', new Uint8Array([32]), new Blob(['two'])], { type: 'Text/Plain' });
console.log(blob, await blob.text(), blob.slice(1, 5), await blob.slice(-3).text(), (await blob.bytes()).length);
const file = new File(['x'], 'name.txt', { type: 'text/x', lastModified: 5 });
console.log(file, file.name, file.lastModified);
const url = URL.createObjectURL(blob); console.log(await resolveObjectURL(url).text()); URL.revokeObjectURL(url); console.log(resolveObjectURL(url));
