/**
 * State: what there are many of lives in fixed records in Agrona buffers ({@link
 * io.fairlead.core.table.ConnectionTable}, {@link io.fairlead.core.table.PinTable}, {@link
 * io.fairlead.core.table.SlabPool}), what there are few of in plain objects ({@link
 * io.fairlead.core.table.BackendSet}). Nothing here decides anything, and only the loop thread touches it.
 */
package io.fairlead.core.table;
