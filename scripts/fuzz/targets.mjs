import { httpHead } from './targets/http.mjs';
import { manifest } from './targets/manifest.mjs';
import { tar } from './targets/tar.mjs';
import { messagePack, snapshot } from './targets/trees.mjs';
import { zipDeploy, zipImport } from './targets/zip.mjs';

/**
 * @typedef {object} Target
 * @property {string} what what is fed with hostile input
 * @property {(random: import('./random.mjs').Random) => void | Promise<void>} once one input; throws where the parser does what it may not
 */

/** By name. @type {Readonly<Record<string, Target>>} */
export const TARGETS = {
  tar: { what: 'packages (engine/install/tar.ts)', once: tar },
  snapshot: { what: 'mounted trees (engine/protocol/file-tree.ts)', once: snapshot },
  'message-pack': { what: 'MessagePack (engine/protocol/message-pack.ts)', once: messagePack },
  'zip-import': { what: 'imported zips (lib/import)', once: zipImport },
  'zip-deploy': { what: 'deployed zips (lib/server/edge/zip-archive.ts)', once: zipDeploy },
  http: { what: "guests' answers (engine/preview/http)", once: httpHead },
  manifest: { what: 'package manifests and specs (engine/install)', once: manifest },
};
