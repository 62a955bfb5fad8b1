/**
 * What Fairlead decides from bytes and numbers alone: what a client's first bytes are, whether a backend's answer is a
 * verified WebSocket handshake, where the frames of a direction lie, who a client is and which backend owns it.
 *
 * <p>Everything here is a pure function, or a state machine whose state lives in a record of the caller's
 * ({@code STATE_LENGTH} bytes, zero-filled at the start), because a connection is a row of a table and not an object. No
 * clock, no log, no thread; <b>thread safe</b> as far as the buffers handed in are, {@link
 * io.fairlead.core.rules.UpgradeAccept} excepted.
 *
 * <p>Every split of the same bytes leads to the same result after the same byte: a verdict is a function of the bytes
 * seen, never of how they arrived.
 */
package io.fairlead.core.rules;
