/** npm's choice of a version: the `latest` tag where it fits, else the newest that fits, with versions that suit this Node and are not deprecated first. */
import semver from 'semver';
import { InstallError } from './errors.ts';
import { type JsonObject, toManifest } from './manifest.ts';
import { NPM_VERSION } from './platform.ts';
import type { Packument } from './registry.ts';
import type { RegistrySpec } from './spec.ts';
import { fitsEngines } from './target-platform.ts';

export function pickManifest(packument: Packument, spec: RegistrySpec, nodeVersion: string): JsonObject {
  const { versions, tags } = packument;
  const none = () => {
    const newest = tags['latest'] === undefined ? '' : `\nThe newest version is ${tags['latest']}.`;
    return new InstallError(
      'ETARGET',
      `No matching version found for ${packument.name}@${spec.wanted}.\nIn most cases you or one of your dependencies are requesting\na package version that doesn't exist.${newest}`,
    );
  };
  if (spec.kind !== 'range') {
    const version = spec.kind === 'tag' ? tags[spec.wanted] : (semver.clean(spec.wanted, { loose: true }) ?? spec.wanted);
    const found = version === undefined ? undefined : versions[version];
    if (found === undefined) throw none();
    return found;
  }
  const fits = (json: JsonObject) => fitsEngines(toManifest(json), nodeVersion, NPM_VERSION);
  const isDeprecated = (json: JsonObject) => typeof json['deprecated'] === 'string' && json['deprecated'] !== '';
  const { latest } = tags;
  if (latest !== undefined && (spec.wanted === '*' || semver.satisfies(latest, spec.wanted, true))) {
    const json = versions[latest];
    if (json !== undefined && fits(json) && !isDeprecated(json)) return json;
  }
  if (Object.keys(versions).length === 0) throw new InstallError('ENOVERSIONS', `No versions available for ${packument.name}`);
  const range = new semver.Range(spec.wanted, true);
  const candidates = Object.entries(versions)
    .filter(([version]) => range.test(version))
    .map(([version, json]) => ({ version, json, fits: Number(fits(json)), kept: Number(!isDeprecated(json)) }))
    .toSorted(
      (a, b) => b.fits * b.kept - a.fits * a.kept || b.fits - a.fits || b.kept - a.kept || semver.rcompare(a.version, b.version, true),
    );
  const best = candidates[0];
  if (best === undefined) throw none();
  return best.json;
}
