/** Master keys in Google Cloud KMS. Sees the server through {@link io.craton.storage.encryption.KeyService} alone, and is loaded apart from it. */
@org.jspecify.annotations.NullMarked
package io.craton.keys.gcp;
