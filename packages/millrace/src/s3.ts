/**
 * `millrace/s3`: the S3 adapter, apart from the main entry because the AWS SDK takes its time to load.
 */
export { type S3StoreComponents, type S3StoreSettings, s3Store } from '@millrace/storage-s3';
