/**
 * The package for EL: AlmaLinux, Rocky Linux, RHEL and so on.
 *
 * @module
 */

import { join } from "@std/path";
import {
  commonFiles,
  DESCRIPTION,
  entryOf,
  HOMEPAGE,
  type Installed,
  MAINTAINER,
  MAKE_ALTERNATIVES,
  packageVersion,
  REMOVE_ALTERNATIVES,
  runTool,
  SUMMARY,
  type SystemPackage,
  writeTree,
} from "./system_files.ts";

const ARCHITECTURES = { x64: "x86_64", arm64: "aarch64" } as const;

/** Directories that are the package's own. */
const DOC = "usr/share/doc/esmond-ps";
const LICENSES = "usr/share/licenses/esmond-ps";
const OWN = [DOC, LICENSES, "usr/lib/esmond-ps"];

/** Makes it, in `work`, and gives its name. */
export async function makeRpm(made: SystemPackage): Promise<string> {
  const { version, target, time, work, contents } = made;
  const architecture = ARCHITECTURES[target.arch];
  const place = (directory: string, names: readonly string[]): Installed[] =>
    names.map((name) => ({
      path: `${directory}/${name}`,
      content: entryOf(contents, name),
    }));
  const files = [
    ...commonFiles(made, "site-functions"),
    ...place(DOC, ["README.md", "CHANGELOG.md"]),
    ...place(LICENSES, ["LICENSE", "THIRD-PARTY.txt", "PACKAGES.txt"]),
  ];
  const top = join(work, `rpm-${architecture}`);
  const tree = join(top, "tree");
  await writeTree(tree, files, time);
  const spec = join(top, "esmond-ps.spec");
  await Deno.writeTextFile(
    spec,
    specOf(files, packageVersion(version), tree, time),
  );
  await runTool(
    "rpmbuild",
    [
      ...["-bb", "--quiet", "--target", architecture],
      ...["--define", `_topdir ${top}`, "--define", `_rpmdir ${top}/made`],
      ...["--define", "_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm"],
      spec,
    ],
    time,
  );
  const name = `esmond-ps-${packageVersion(version)}-1.${architecture}.rpm`;
  await Deno.rename(join(top, "made", name), join(work, name));
  await Deno.remove(top, { recursive: true });
  return name;
}

function specOf(
  files: readonly Installed[],
  version: string,
  tree: string,
  time: Date,
): string {
  const [day, date, month, year] = time.toUTCString().split(/,? /);
  const kind = (path: string) =>
    path.startsWith(LICENSES)
      ? "%license "
      : path.startsWith(DOC)
      ? "%doc "
      : "";
  return `# The executable is made already, and stripping would damage it.
%global __os_install_post %{nil}
%global debug_package %{nil}
%global _build_id_links none
%global _binary_payload w3.xzdio
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
%global _buildhost localhost
Name: esmond-ps
Version: ${version}
Release: 1
Summary: ${SUMMARY[0]!.toUpperCase()}${SUMMARY.slice(1)}
License: BSD-3-Clause
Packager: ${MAINTAINER}
URL: ${HOMEPAGE}
AutoReqProv: no
Requires: glibc >= 2.27
Requires(post): /usr/sbin/update-alternatives
Requires(postun): /usr/sbin/update-alternatives

%description
${DESCRIPTION.join("\n")}

%install
cp -a ${tree}/. %{buildroot}/

%post
PATH=/usr/sbin:$PATH
${MAKE_ALTERNATIVES}

%postun
PATH=/usr/sbin:$PATH
if [ "$1" -eq 0 ]; then
${REMOVE_ALTERNATIVES.replaceAll(/^/gm, "  ")}
fi

%files
%defattr(-,root,root,-)
${OWN.map((each) => `%dir /${each}`).join("\n")}
${files.map(({ path }) => `${kind(path)}/${path}`).join("\n")}

%changelog
* ${day} ${month} ${date} ${year} ${MAINTAINER} - ${version}-1
- Upstream release; CHANGELOG.md says what is new.
`;
}
