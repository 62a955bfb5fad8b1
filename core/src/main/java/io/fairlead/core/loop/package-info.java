/**
 * The duty cycle and the phases of a connection. {@link io.fairlead.core.loop.ForwardingLoop#doWork} is the cycle; each
 * phase has a class, and a connection, which is only a slot in a table, passes from one to the next:
 *
 * <pre>
 *     accept              classified, or peek limit reached          connected           101 seen: frames tracked
 * FREE ───────► PEEKING ────────────────────────────► CONNECTING ─────────────► FORWARDING ───────────► (same)
 *   Acceptor      │ malformed, too long, too slow         │ refused, timed out:      │ both ends done,
 *                 │ Peeker                                │ next in the client's     │ or a cause: FREE
 *                 ▼ 400 / 431 / 408 / 426                 │ order; Connector         │ Upgrader, then Forwarder
 *             LINGERING ◄─────────────────────────────────┘ none left: 503           ▼
 *                 └── closed by the client, 64 KiB or 1 s ──► FREE (cause)       Terminator
 * </pre>
 *
 * <p>There is one way back. The request of a WebSocket is <i>kept</i>: its bytes stay in their peek slab after they
 * were written, until the backend's answer is classified. A backend that leaves or is silent before the first byte of
 * its answer sends the connection from FORWARDING to CONNECTING again, with the whole request, to the next backend in
 * the client's order. With none left the client is answered 503, as after failed connects.
 *
 * <p><b>Where a byte is.</b> Within a cycle: in the loop's one read buffer, from a read to the write or copy that follows at
 * once; or in a pipe of the kernel, from a fill to the drain that follows at once ({@code Splicer}). Between two cycles: in
 * a kernel's socket buffer, or held. The first bytes of a client are held in a peek slab, all others in a slab as long as the
 * read buffer, or, if the direction splices, in the pipe it came through. The record's slab field names either: −1 none, from 0
 * on a slab, below −1 a pipe ({@code PipePool#holder}). Each pool of slabs has a line ({@link
 * io.fairlead.core.table.SlabLine}) for those that found none free; a direction that finds no pipe is read in the usual way.
 *
 * <p><b>Who is well.</b> {@code Prober} checks backends on sockets of its own, whose tokens are neither a connection's nor a
 * listener's; {@code Health} hears of every check and every attempt, and alone changes what {@link
 * io.fairlead.core.table.Backend#accepts()} says; {@code Chooser} asks that, {@code Sweeper} moves on who waits in vain, and
 * {@code Notices} tells. {@code Admission} and {@code HotSources} look at clients, not at backends.
 *
 * <p><b>Invariants.</b> Between any two cycles:
 *
 * <ol>
 *   <li><b>I1</b> A direction's bytes are in its slab or pipe or nowhere, apart from a kept request, which is written and
 *       not released. <i>ForwarderTest, SplicerTest</i>
 *   <li><b>I2</b> In FORWARDING, unsent bytes in a slab or pipe ⇒ source read interest off and sink write interest on. Read
 *       interest is off only for: unsent bytes, a kept request, waiting for a slab, end of stream seen. A slab that holds
 *       a piece of an answer not yet classified is not unsent: it may not be written. <i>ForwarderTest, UpgraderTest</i>
 *   <li><b>I3</b> Nothing is read unless the pool has a free slab able to take the whole read: with none free, read
 *       interest goes off and the direction waits in line. A slab that has not moved for the stall limit ends its own
 *       holder, never a bystander. What goes into a pipe needs no slab and waits in no line. <i>SlabWaitTest</i>
 *   <li><b>I4</b> FIN only after the slab or pipe; RST as RST; a cycle that closed or reset a socket polls with zero time-out
 *       next. <i>ForwarderTest, NioTransportTest, the simulation</i>
 *   <li><b>I5</b> An event counts only if its token's generation is the slot's. <i>TokenTest, the simulation</i>
 *   <li><b>I6</b> A slot freed in a cycle is reused no earlier than the next. <i>ConnectionTableTest</i>
 *   <li><b>I7</b> PEEKING, CONNECTING, the wait for the 101 and LINGERING end at phase start + limit, CONNECTING and the wait
 *       for the 101 also when the backend is found down and another is well; FORWARDING and
 *       half-closed at last activity + limit; a held slab or pipe at that direction's last written byte + stall limit, or,
 *       while others wait for a slab, a slab at the last one before they did. The sweep
 *       finds them, a full one at most a second; no timer per connection. <i>SweeperTest</i>
 *   <li><b>I8</b> Only the loop thread touches tables; others enqueue commands or read counters. <i>BalancerTest</i>
 *   <li><b>I9</b> Conservation: accepted = active + Σ ended by cause; bytes read + originated + replayed = written + held +
 *       discarded; slabs out, and pipes out = directions holding one; after the next poll, sockets open = table + listeners +
 *       checks. <i>After every test that drives a loop</i>
 *   <li><b>I10</b> A pin is usable if its backend accepts (up, or a panic; not drained or ejected) and is not full, its key is not
 *       hot, this connection has not tried it, and, where clients fail back to their owners, it is live or its owner is not
 *       to be had; a client with a usable pin goes there. {@code MISPINS} is computed on entering FORWARDING by a second path and stays 0. <i>ChooserTest,
 *       PinningTest</i>
 *   <li><b>I11</b> What a peer receives, less what the balancer originated, is byte for byte and in order what was sent,
 *       up to where the end says it stopped. <i>ForwarderTest, UpgraderTest</i>
 * </ol>
 *
 * <p>The test class {@code Invariants} recomputes I1 to I4, I9 and I10 from the tables after every cycle of every
 * test that drives a loop. The simulation ({@code io.fairlead.core.simulation} among the tests) holds all of them, but I8,
 * against what clients and backends see, in as many histories as there is time for.
 */
package io.fairlead.core.loop;
