/** Files as they were, by the hash of their bytes. */
import { ToolError } from "../../core/errors.ts";
import { publish, stage } from "../atomic_write.ts";
import { sha256Hex } from "../digest.ts";
import { isFileSystemError } from "../fs_error.ts";
import type { Image } from "./record.ts";

/** Permission bits of the folder: what was in a file is nobody else's to read. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The images of one journal, each as often as it is needed and once on the disk. */
export class Images {
  readonly #folder: string;
  readonly #uses = new Map<string, { readonly size: number; count: number }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Bytes on the disk. */
  get bytes(): number {
    let sum = 0;
    for (const { size } of this.#uses.values()) sum += size;
    return sum;
  }

  /** Makes the folder. A link in its place could lead anywhere. */
  async open(): Promise<void> {
    await makePrivateFolder(this.#folder);
  }

  /** Keeps the bytes of an image, unless they are kept already. After it returns, a power cut does not lose them. */
  async keep({ sha256, size }: Image, bytes: Uint8Array): Promise<void> {
    if (this.#uses.has(sha256)) return this.use({ sha256, size });
    this.use({ sha256, size });
    try {
      await publish(await stage(this.#pathOf(sha256), bytes, { id: sha256, mode: FILE_MODE }));
    } catch (error) {
      await this.release({ sha256 });
      throw error;
    }
  }

  /** Counts a use of an image that is kept. */
  use({ sha256, size }: Pick<Image, "sha256" | "size">): void {
    const use = this.#uses.get(sha256) ?? { size, count: 0 };
    use.count++;
    this.#uses.set(sha256, use);
  }

  /** Gives up a use, and with the last one the bytes. */
  async release({ sha256 }: Pick<Image, "sha256">): Promise<void> {
    const use = this.#uses.get(sha256);
    if (use === undefined || --use.count > 0) return;
    this.#uses.delete(sha256);
    await removeQuietly(this.#pathOf(sha256));
  }

  /**
   * The bytes of an image.
   *
   * @throws {ToolError} `unavailable` when they are gone, or not what they were.
   */
  async read({ sha256 }: Image): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const path = this.#pathOf(sha256);
      const bytes = (await Deno.lstat(path)).isFile ? await Deno.readFile(path) : new Uint8Array();
      if (sha256Hex(bytes) === sha256) return bytes;
    } catch (error) {
      if (!isFileSystemError(error)) throw error;
    }
    throw new ToolError("unavailable", "Cannot restore the file: the journal has lost what was in it", {
      sha256,
    });
  }

  /** Removes what no record uses: left over from a process that was killed. */
  async sweep(): Promise<void> {
    for await (const { name } of Deno.readDir(this.#folder)) {
      if (!this.#uses.has(name)) await removeQuietly(`${this.#folder}/${name}`);
    }
  }

  #pathOf(sha256: string): string {
    return `${this.#folder}/${sha256}`;
  }
}

/** @throws {ToolError} `unavailable` when something else than a folder stands there. */
export async function makePrivateFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { mode: FOLDER_MODE });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const info = await Deno.lstat(path);
    if (info.isDirectory) return await makePrivate(path, info);
    throw new ToolError(
      "unavailable",
      "Cannot keep the journal: something else stands in the place of its folder",
    );
  }
}

/** A folder that came with the repository may be open to others. */
async function makePrivate(path: string, { mode }: Deno.FileInfo): Promise<void> {
  if (mode !== null && (mode & 0o777) !== FOLDER_MODE) await Deno.chmod(path, FOLDER_MODE);
}

async function removeQuietly(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!isFileSystemError(error)) throw error;
  }
}
