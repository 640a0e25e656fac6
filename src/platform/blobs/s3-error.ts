/** What went wrong at the object store. `status` is HTTP's; `code` S3's own, such as `AccessDenied`. */
export class S3Error extends Error {
  override readonly name = "S3Error";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
