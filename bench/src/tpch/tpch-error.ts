/** `BAD_ARGUMENT`: change the call. `FILE_EXISTS`: allow overwriting or go elsewhere. `WORKER_FAILED`: report a bug. */
export type TpchErrorCode = 'BAD_ARGUMENT' | 'FILE_EXISTS' | 'WORKER_FAILED';

/** Why a generation could not be done. Errors of the file system (`ENOSPC`, `EACCES`) are passed on as they are. */
export class TpchError extends Error {
  override readonly name = 'TpchError';
  readonly code: TpchErrorCode;

  constructor(code: TpchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
