/** `@millrace/storage-s3`: a bucket of S3, or of a server that speaks its protocol, as an object store. */
export type { S3Credentials, S3StoreComponents } from './s3-client.ts';
export type { S3StoreSettings, ServerSideEncryption } from './s3-settings.ts';
export { openS3Store, s3Store } from './s3-store.ts';
