/**
 * The file ports: {@link io.craton.storage.io.FileStore}, a folder, and {@link io.craton.storage.io.BlockFile}, a file written at positions
 * and synced. Only {@link io.craton.storage.io.RealFiles} touches the operating system; tests put a simulated disk here that tears, loses
 * and reorders what was not synced. {@link io.craton.storage.io.DurableRecord} keeps one small value safely in a file.
 */
@org.jspecify.annotations.NullMarked
package io.craton.storage.io;
