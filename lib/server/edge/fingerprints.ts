/** Folders in which the usual tools put nothing but files that are named after their content. */
const FOLDERS = /(?:^|\/)(?:_next\/static|_astro|_nuxt|_app\/immutable)\//;
/** Assets that tools name after their content; never pages. */
const ASSET = /\.(?:js|mjs|css|map|wasm|json|png|jpe?g|gif|webp|avif|svg|ico|woff2?|ttf|otf|eot|mp4|webm|mp3|ogg)$/i;
const HEXADECIMAL = /[.\-_](?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\.[a-z0-9.]+$/i;
/** Vite and Rollup: eight letters of base64url in `assets/`. Words are not taken for it: a digit or a capital has to be in it. */
const ROLLUP = /(?:^|\/)assets\/(?:.*\/)?[^/]*[.-](?=[\w-]{0,7}[A-Z0-9])[\w-]{8}\.[a-z0-9.]+$/;

/** Whether a file is named after its content, so that under this name it never changes. */
export function looksFingerprinted(path: string): boolean {
  return ASSET.test(path) && (HEXADECIMAL.test(path) || ROLLUP.test(path) || (FOLDERS.test(path) && /[.-][\w-]{6,}\.\w+$/.test(path)));
}
