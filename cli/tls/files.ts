/**
 * Certificates and keys from files.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { join } from "@std/path";
import { UsageError } from "../errors.ts";
import { isSound } from "./platform.ts";

const CERTIFICATE =
  /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const KEY =
  /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----(?:(?!-----)[\s\S])+-----END \1?PRIVATE KEY-----/;

/**
 * Reads the certificates of a PEM file, or of all such files in a directory.
 *
 * @throws {UsageError} if there are none, or one is damaged.
 */
export async function readAuthorities(path: string): Promise<string[]> {
  const found: string[] = [];
  const info = await Deno.stat(path).catch((error) => {
    throw cannotRead("--cacert", path, error);
  });
  const files = info.isDirectory ? await filesOf(path) : [path];
  for (const file of files) {
    const certificates = (await read("--cacert", file)).match(CERTIFICATE) ??
      [];
    checkCertificates("--cacert", file, certificates);
    found.push(...certificates);
  }
  if (found.length > 0) return found;
  throw new UsageError(
    info.isDirectory
      ? `--cacert: no file in ${path} holds a certificate in PEM`
      : noCertificate("--cacert", path),
  );
}

async function filesOf(directory: string): Promise<string[]> {
  const files: string[] = [];
  try {
    for await (const { name } of Deno.readDir(directory)) {
      const path = join(directory, name);
      // a link to nowhere
      const info = await Deno.stat(path).catch(() => undefined);
      if (info?.isFile) files.push(path);
    }
  } catch (error) {
    throw cannotRead("--cacert", directory, error as Error);
  }
  return files.sort();
}

/**
 * Reads a client certificate, with the chain that follows it, and its key.
 *
 * @param certPath A PEM file, which may hold the key, too.
 * @param keyPath A PEM file.
 * @throws {UsageError} if one is missing, or cannot be used.
 */
export async function readClientCertificate(
  certPath: string | undefined,
  keyPath: string | undefined,
): Promise<{ cert: string; key: string } | undefined> {
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined) {
    throw new UsageError(
      "--client-key: the certificate of this key is missing: give --client-cert FILE",
    );
  }
  const cert = await read("--client-cert", certPath);
  const certificates = cert.match(CERTIFICATE);
  if (certificates === null) {
    throw new UsageError(noCertificate("--client-cert", certPath));
  }
  checkCertificates("--client-cert", certPath, certificates);
  if (keyPath === undefined && !KEY.test(cert)) {
    throw new UsageError(
      "--client-cert: the key of this certificate is missing: give --client-key FILE",
    );
  }
  const [option, path] = keyPath === undefined
    ? ["--client-cert", certPath]
    : ["--client-key", keyPath];
  const key = keyPath === undefined ? cert : await read(option, path);
  if (/BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(key)) {
    throw new UsageError(
      `${option}: the key in ${path} is encrypted: openssl pkey -in FILE -out FILE writes it without a passphrase`,
    );
  }
  if (!KEY.test(key)) {
    throw new UsageError(
      `${option}: ${path} holds no key in PEM (-----BEGIN PRIVATE KEY-----)`,
    );
  }
  // Sound versions of Deno throw; others end the process.
  if (!isSound() && !isPair(certificates[0]!, key)) throw mismatch();
  return { cert: certificates.join("\n"), key };
}

/** The key and the certificate do not belong together. */
export function mismatch(): UsageError {
  return new UsageError(
    "--client-key: this key does not belong to the certificate of --client-cert",
  );
}

/** Whether a certificate has the public half of a key; both in PEM. */
export function isPair(certificate: string, key: string): boolean {
  try {
    const half = createPublicKey(createPrivateKey(KEY.exec(key)![0]))
      .export({ type: "spki", format: "der" });
    const base64 = certificate.replace(/-----[^-]+-----|\s/g, "");
    return Buffer.from(base64, "base64").includes(half);
  } catch {
    return false;
  }
}

async function read(option: string, path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw cannotRead(option, path, error as Error);
  }
}

function cannotRead(option: string, path: string, error: Error): UsageError {
  return new UsageError(`${option}: cannot read ${path}: ${error.message}`);
}

function checkCertificates(
  option: string,
  path: string,
  caCerts: string[],
): void {
  if (caCerts.length === 0) return;
  try {
    Deno.createHttpClient({ caCerts }).close();
  } catch {
    throw new UsageError(`${option}: a certificate in ${path} is damaged`);
  }
}

function noCertificate(option: string, path: string): string {
  return `${option}: ${path} holds no certificate in PEM (-----BEGIN CERTIFICATE-----); openssl x509 -inform der -in FILE makes PEM of DER`;
}
