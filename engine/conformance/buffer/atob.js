console.log(atob('aGk='), btoa('hi'), atob(' a G k '));
for (const bad of [() => atob('*'), () => btoa('✓'), () => atob()]) try { bad(); } catch (error) { console.log(error.name, error.code, error.message); }
const decoder = new TextDecoder('utf-16le'); console.log(decoder.decode(new Uint8Array([65, 0])), new TextEncoder().encodeInto('é✓', new Uint8Array(3)), decoder);
try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])); } catch (error) { console.log(error.name, error.code, error.message); }
for (const label of ['latin1', 'shift_jis', 'gbk', 'windows-1251']) console.log(new TextDecoder(label).encoding);
