package io.fairlead.core.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
    private static final int HOT_LENGTH = 64;
    private static final int LONG_BITS = Long.SIZE;
    private static final int INT_BITS = Integer.SIZE;
    private static final int SHORT_BITS = Short.SIZE - 1;
    private static final List<Field> FIELDS = fields();

    private final ConnectionTable table = new ConnectionTable(3);

    @Test
    void shouldKeepHotFieldsInFirstCacheLineOfRecord() {
        assertEquals(320, ConnectionTable.RECORD_LENGTH);
        assertEquals(HOT_LENGTH, ConnectionDescriptor.PHASE_START_OFFSET + Long.BYTES);
        assertEquals(HOT_LENGTH, ConnectionDescriptor.TRACKER_OFFSET);
        assertEquals(0, ConnectionDescriptor.LAST_ACTIVITY_OFFSET % Long.BYTES);
        assertEquals(0, ConnectionDescriptor.BYTES_READ_OFFSET % Long.BYTES);
        assertEquals(0, ConnectionDescriptor.PROGRESS_OFFSET % Long.BYTES);
        assertEquals(0, ConnectionDescriptor.KEY_OFFSET % Long.BYTES);
        assertEquals(0, ConnectionDescriptor.ACCEPTED_OFFSET % Long.BYTES);
    }

    @Test
    void shouldHaveNothingInFieldsWhenAllocatedFirst() {
        assertFresh(table, table.allocate(Phase.PEEKING));
    }

    @Test
    void shouldHaveNothingInFieldsWhenAllocatedAgain() {
        Seed.with(random -> {
            final int slot = table.allocate(Phase.FORWARDING);
            table.buffer().setMemory(slot * ConnectionTable.RECORD_LENGTH, ConnectionTable.RECORD_LENGTH, (byte) -1);
            table.clear(slot, Flag.inLine(Side.CLIENT) | Flag.inLine(Side.BACKEND));
            for (final Field field : FIELDS) {
                field.writer().write(table, slot, field.pattern(random));
            }
            table.free(slot);
            table.recycle();

            assertEquals(slot, table.allocate(Phase.PEEKING));
            assertFresh(table, slot);
        });
    }

    @Test
    void shouldChangeNoOtherFieldWhenOneIsWritten() {
        Seed.with(random -> {
            final List<Map<Field, Long>> expected = new ArrayList<>();
            for (int i = 0; i < table.capacity(); i++) {
                final int slot = table.allocate(Phase.PEEKING);
                final Map<Field, Long> written = new HashMap<>();
                for (final Field field : FIELDS) {
                    final long value = field.pattern(random);
                    field.writer().write(table, slot, value);
                    written.put(field, value);
                }
                expected.add(written);
            }
            assertFields(expected, "all written");
            final int middle = 1;
            for (final Field field : FIELDS) {
                final long value = field.pattern(random);
                field.writer().write(table, middle, value);
                expected.get(middle).put(field, value);
                assertFields(expected, field.name());
                assertEquals(0, table.generation(middle), field.name());
            }
        });
    }

    @Test
    void shouldTouchNothingWhenSlotIsNoneOfTheTable() {
        for (final int slot : new int[] {ConnectionTable.NULL_SLOT, table.capacity(), Integer.MAX_VALUE, -7}) {
            for (final Field field : FIELDS) {
                assertThrows(
                        IndexOutOfBoundsException.class, () -> field.writer().write(table, slot, 1), field.name());
                assertThrows(
                        IndexOutOfBoundsException.class, () -> field.reader().read(table, slot), field.name());
            }
            assertThrows(IndexOutOfBoundsException.class, () -> table.free(slot));
            assertThrows(IndexOutOfBoundsException.class, () -> table.phase(slot));
            assertThrows(IndexOutOfBoundsException.class, () -> table.generation(slot));
        }
    }

    @Test
    void shouldCountMoreBytesThanAnIntHolds() {
        final int slot = table.allocate(Phase.FORWARDING);
        for (int i = 0; i < 4; i++) {
            table.addBytesRead(slot, Side.BACKEND_TO_CLIENT, Integer.MAX_VALUE);
        }

        assertEquals(4L * Integer.MAX_VALUE, table.bytesRead(slot, Side.BACKEND_TO_CLIENT));
        assertEquals(0, table.bytesRead(slot, Side.CLIENT_TO_BACKEND));
    }

    @Test
    void shouldKeepFlagsApartFromPhaseAndFromEachOther() {
        final int[] flags = {
            Flag.HTTP,
            Flag.KEPT,
            Flag.ANSWERED,
            Flag.WEBSOCKET,
            Flag.PEEK_SLAB,
            Flag.tracked(Side.CLIENT_TO_BACKEND),
            Flag.tracked(Side.BACKEND_TO_CLIENT),
            Flag.endSeen(Side.CLIENT_TO_BACKEND),
            Flag.endSeen(Side.BACKEND_TO_CLIENT),
            Flag.endSent(Side.CLIENT_TO_BACKEND),
            Flag.endSent(Side.BACKEND_TO_CLIENT),
            Flag.inLine(Side.CLIENT_TO_BACKEND),
            Flag.inLine(Side.BACKEND_TO_CLIENT),
        };
        final int slot = table.allocate(Phase.LINGERING);
        int all = 0;
        for (final int flag : flags) {
            assertEquals(1, Integer.bitCount(flag));
            assertFalse(table.is(slot, flag));
            table.set(slot, flag);
            all |= flag;
            assertTrue(table.is(slot, all));
            assertEquals(Phase.LINGERING, table.phase(slot));
        }
        assertEquals(flags.length, Integer.bitCount(all));

        table.phase(slot, Phase.CONNECTING, 7);
        assertTrue(table.is(slot, all));
        assertEquals(all | Phase.CONNECTING, table.state(slot));
        assertEquals(7, table.phaseStartNs(slot));

        table.clear(slot, Flag.KEPT);
        assertFalse(table.is(slot, Flag.KEPT));
        assertFalse(table.is(slot, Flag.KEPT | Flag.HTTP));
        assertTrue(table.is(slot, all & ~Flag.KEPT));
        assertEquals(Phase.CONNECTING, table.phase(slot));
    }

    @Test
    void shouldRememberTriedBackends() {
        final int slot = table.allocate(Phase.CONNECTING);
        assertFalse(table.hasTried(slot, 0));
        for (int i = 0; i < ConnectionTable.TRIED_LIMIT; i++) {
            table.addAttempt(slot, 100 + i);
            assertEquals(i + 1, table.attemptCount(slot));
            assertTrue(table.hasTried(slot, 100 + i));
            assertFalse(table.hasTried(slot, 100 + i + 1));
        }
        assertTrue(table.hasTried(slot, 100));
        assertFalse(table.hasTried(slot, 0));
    }

    @Test
    void shouldThrowWhenFreedTwice() {
        final int slot = table.allocate(Phase.PEEKING);
        table.free(slot);

        assertThrows(IllegalStateException.class, () -> table.free(slot));
        table.recycle();
        assertThrows(IllegalStateException.class, () -> table.free(slot));
        assertEquals(1, table.generation(slot));
    }

    @Test
    void shouldNotReuseSlotWhenNotRecycled() {
        for (int i = 0; i < table.capacity(); i++) {
            assertEquals(i, table.allocate(Phase.PEEKING));
        }
        assertFalse(table.hasFree());
        assertEquals(ConnectionTable.NULL_SLOT, table.allocate(Phase.PEEKING));
        table.free(1);
        assertEquals(1, table.generation(1));
        assertEquals(Phase.FREE, table.phase(1));
        assertFalse(table.hasFree());
        assertEquals(ConnectionTable.NULL_SLOT, table.allocate(Phase.PEEKING));

        table.recycle();
        assertTrue(table.hasFree());
        assertEquals(1, table.allocate(Phase.PEEKING));
        assertEquals(1, table.generation(1));
        assertEquals(table.capacity(), table.activeCount());
    }

    @Test
    void shouldReuseSlotsLastInFirstOutWhenFreedInOneCycle() {
        for (int i = 0; i < table.capacity(); i++) {
            table.allocate(Phase.PEEKING);
        }
        table.free(1);
        table.recycle();
        table.free(2);
        table.free(0);
        table.recycle();
        table.recycle();

        assertEquals(0, table.allocate(Phase.PEEKING));
        assertEquals(2, table.allocate(Phase.PEEKING));
        assertEquals(1, table.allocate(Phase.PEEKING));
        assertEquals(ConnectionTable.NULL_SLOT, table.allocate(Phase.PEEKING));
    }

    @Test
    void shouldAgreeWithModelWhenAllocatedFreedAndRecycledAtRandom() {
        Seed.with(random -> {
            final Model model = new Model(1 + random.nextInt(40));
            for (int i = 0; i < 20_000; i++) {
                final int dice = random.nextInt(20);
                if (dice < 10) {
                    model.allocate(random);
                } else if (dice < 19) {
                    model.free(random);
                } else {
                    model.recycle();
                }
                model.check();
            }
        });
    }

    @Test
    void shouldStartEveryRecordAtCacheLine() {
        for (int capacity = 1; capacity < 5; capacity++) {
            assertEquals(0, new ConnectionTable(capacity).buffer().addressOffset() % HOT_LENGTH);
        }
        assertEquals(0, ConnectionTable.RECORD_LENGTH % HOT_LENGTH);
    }

    @Test
    void shouldSayWhatFitsWhenCapacityDoesNot() {
        for (final int capacity : new int[] {-1, 0, ConnectionTable.CAPACITY_LIMIT + 1, Integer.MAX_VALUE}) {
            final IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new ConnectionTable(capacity));
            assertEquals("a connection table has 1 to 6710886 slots, not " + capacity, e.getMessage());
        }
    }

    @Test
    void shouldThrowWhenMoreBackendsAreTriedThanRecorded() {
        final int slot = table.allocate(Phase.CONNECTING);
        table.why(slot, 77);
        for (int i = 0; i < ConnectionTable.TRIED_LIMIT; i++) {
            table.addAttempt(slot, i);
        }

        assertThrows(IllegalStateException.class, () -> table.addAttempt(slot, 8));
        assertEquals(77, table.why(slot));
        assertEquals(ConnectionTable.TRIED_LIMIT, table.attemptCount(slot));
    }

    private void assertFields(List<Map<Field, Long>> expected, String after) {
        for (int slot = 0; slot < expected.size(); slot++) {
            for (final Map.Entry<Field, Long> entry : expected.get(slot).entrySet()) {
                final Field field = entry.getKey();
                final int of = slot;
                assertEquals(
                        entry.getValue(),
                        field.reader().read(table, slot),
                        () -> field.name() + " of slot " + of + " after " + after);
            }
        }
    }

    private static void assertFresh(ConnectionTable table, int slot) {
        for (final Field field : FIELDS) {
            assertEquals(field.fresh(), field.reader().read(table, slot), field.name());
        }
        assertEquals(Phase.PEEKING, table.state(slot));
        assertEquals(0, table.attemptCount(slot));
        for (int direction = 0; direction < 2; direction++) {
            final byte[] tracker = new byte[ConnectionDescriptor.TRACKER_LENGTH];
            table.buffer().getBytes(table.trackerOffset(slot, direction), tracker);
            assertArrayEquals(new byte[ConnectionDescriptor.TRACKER_LENGTH], tracker);
        }
    }

    private static List<Field> fields() {
        final List<Field> fields = new ArrayList<>();
        for (int side = 0; side < 2; side++) {
            addFieldsOf(side, fields);
        }
        field(fields, "lastActivityNs", LONG_BITS, ConnectionTable::lastActivityNs, ConnectionTable::lastActivityNs);
        field(fields, "phaseStartNs", LONG_BITS, ConnectionTable::phaseStartNs, ConnectionTable::phaseStartNs);
        field(fields, "acceptedNs", LONG_BITS, ConnectionTable::acceptedNs, ConnectionTable::acceptedNs);
        field(fields, "peekedNs", LONG_BITS, ConnectionTable::peekedNs, ConnectionTable::peekedNs);
        field(fields, "connectedNs", LONG_BITS, ConnectionTable::connectedNs, ConnectionTable::connectedNs);
        field(fields, "upgradedNs", LONG_BITS, ConnectionTable::upgradedNs, ConnectionTable::upgradedNs);
        field(fields, "keyHi", LONG_BITS, ConnectionTable::keyHi, (t, s, v) -> t.key(s, v, t.keyLo(s)));
        field(fields, "keyLo", LONG_BITS, ConnectionTable::keyLo, (t, s, v) -> t.key(s, t.keyHi(s), v));
        fields.add(
                new Field("backendId", INT_BITS, -1, ConnectionTable::backendId, (t, s, v) -> t.backendId(s, (int) v)));
        fields.add(new Field("pin", INT_BITS, -1, ConnectionTable::pin, (t, s, v) -> t.pin(s, (int) v)));
        field(
                fields,
                "listenerIndex",
                INT_BITS,
                ConnectionTable::listenerIndex,
                (t, s, v) -> t.listenerIndex(s, (int) v));
        field(fields, "headEnd", INT_BITS, ConnectionTable::headEnd, (t, s, v) -> t.headEnd(s, (int) v));
        field(
                fields,
                "webSocketKeyOffset",
                INT_BITS,
                ConnectionTable::webSocketKeyOffset,
                (t, s, v) -> t.webSocketKeyOffset(s, (int) v));
        field(fields, "why", SHORT_BITS, ConnectionTable::why, (t, s, v) -> t.why(s, (int) v));
        field(
                fields,
                "pendingCause",
                SHORT_BITS,
                ConnectionTable::pendingCause,
                (t, s, v) -> t.pendingCause(s, (int) v));
        field(
                fields,
                "closeCode",
                Short.SIZE,
                ConnectionTable::closeCode,
                (t, s, v) -> t.close(s, (int) v & 0xFFFF, t.closedByClient(s)));
        field(
                fields,
                "closedByClient",
                1,
                (t, s) -> t.closedByClient(s) ? 1 : 0,
                (t, s, v) -> t.close(s, t.closeCode(s), v != 0));
        field(fields, "flags", 1, (t, s) -> t.is(s, Flag.KEPT) ? 1 : 0, (t, s, v) -> {
            if (v == 0) {
                t.clear(s, Flag.KEPT);
            } else {
                t.set(s, Flag.KEPT);
            }
        });
        field(
                fields,
                "addressHi",
                LONG_BITS,
                (t, s) -> t.buffer().getLong(t.addressOffset(s)),
                (t, s, v) -> t.buffer().putLong(t.addressOffset(s), v));
        field(
                fields,
                "addressLo",
                LONG_BITS,
                (t, s) -> t.buffer().getLong(t.addressOffset(s) + Long.BYTES),
                (t, s, v) -> t.buffer().putLong(t.addressOffset(s) + Long.BYTES, v));
        field(
                fields,
                "clientPort",
                INT_BITS,
                ConnectionTable::clientPort,
                (t, s, v) -> t.buffer().putInt(t.addressOffset(s) + 2 * Long.BYTES, (int) v));
        return fields;
    }

    private static void addFieldsOf(int side, List<Field> fields) {
        fields.add(new Field(
                "socket " + side, INT_BITS, -1, (t, s) -> t.socket(s, side), (t, s, v) -> t.socket(s, side, (int) v)));
        fields.add(new Field(
                "slab " + side, INT_BITS, -1, (t, s) -> t.slab(s, side), (t, s, v) -> t.slab(s, side, (int) v)));
        field(
                fields,
                "interest " + side,
                SHORT_BITS,
                (t, s) -> t.interest(s, side),
                (t, s, v) -> t.interest(s, side, (int) v));
        field(
                fields,
                "unsentOffset " + side,
                INT_BITS,
                (t, s) -> t.unsentOffset(s, side),
                (t, s, v) -> t.unsentOffset(s, side, (int) v));
        field(
                fields,
                "endOffset " + side,
                INT_BITS,
                (t, s) -> t.endOffset(s, side),
                (t, s, v) -> t.endOffset(s, side, (int) v));
        field(
                fields,
                "progressNs " + side,
                LONG_BITS,
                (t, s) -> t.progressNs(s, side),
                (t, s, v) -> t.progressNs(s, side, v));
        field(
                fields,
                "linePrevious " + side,
                INT_BITS,
                (t, s) -> t.linePrevious(2 * s + side),
                (t, s, v) -> t.linePrevious(2 * s + side, (int) v));
        field(
                fields,
                "lineNext " + side,
                INT_BITS,
                (t, s) -> t.lineNext(2 * s + side),
                (t, s, v) -> t.lineNext(2 * s + side, (int) v));
        field(
                fields,
                "bytesRead " + side,
                INT_BITS,
                (t, s) -> t.bytesRead(s, side),
                (t, s, v) -> t.addBytesRead(s, side, (int) (v - t.bytesRead(s, side))));
        field(fields, "messages " + side, 1, (t, s) -> t.messages(s, side) & 1, (t, s, v) -> {
            if ((t.messages(s, side) & 1) != v) {
                t.addMessage(s, side);
            }
        });
        for (int offset = 0; offset < ConnectionDescriptor.TRACKER_LENGTH; offset += Long.BYTES) {
            final int at = offset;
            field(
                    fields,
                    "tracker " + side + " at " + at,
                    LONG_BITS,
                    (t, s) -> t.buffer().getLong(t.trackerOffset(s, side) + at),
                    (t, s, v) -> t.buffer().putLong(t.trackerOffset(s, side) + at, v));
        }
    }

    private static void field(List<Field> fields, String name, int bits, Reader reader, Writer writer) {
        fields.add(new Field(name, bits, 0, reader, writer));
    }

    /** What the table promises, in plain collections. */
    private static final class Model {
        private final ConnectionTable table;
        private final Map<Integer, Long> markOfSlot = new HashMap<>();
        private final Deque<Integer> free = new ArrayDeque<>();
        private final Deque<Integer> freed = new ArrayDeque<>();
        private final int[] generations;
        private int highWater;

        Model(int capacity) {
            table = new ConnectionTable(capacity);
            generations = new int[capacity];
        }

        void allocate(Random random) {
            final int expected = !free.isEmpty()
                    ? free.pop()
                    : highWater < generations.length ? highWater++ : ConnectionTable.NULL_SLOT;
            assertEquals(expected, table.allocate(Phase.PEEKING));
            if (expected != ConnectionTable.NULL_SLOT) {
                assertFresh(table, expected);
                final long mark = random.nextLong();
                table.key(expected, mark, ~mark);
                markOfSlot.put(expected, mark);
            }
        }

        void free(Random random) {
            if (!markOfSlot.isEmpty()) {
                final List<Integer> slots = new ArrayList<>(markOfSlot.keySet());
                final int slot = slots.get(random.nextInt(slots.size()));
                table.free(slot);
                generations[slot]++;
                markOfSlot.remove(slot);
                freed.push(slot);
            }
        }

        void recycle() {
            table.recycle();
            while (!freed.isEmpty()) {
                free.push(freed.removeLast());
            }
        }

        void check() {
            assertEquals(markOfSlot.size(), table.activeCount());
            assertEquals(highWater, table.highWater());
            assertEquals(!free.isEmpty() || highWater < generations.length, table.hasFree());
            for (int slot = 0; slot < generations.length; slot++) {
                final Long mark = markOfSlot.get(slot);
                assertEquals(generations[slot], table.generation(slot));
                assertEquals(mark == null ? Phase.FREE : Phase.PEEKING, table.state(slot));
                if (mark != null) {
                    assertEquals(mark, table.keyHi(slot));
                    assertEquals(~mark, table.keyLo(slot));
                }
            }
        }
    }

    private record Field(String name, int bits, long fresh, Reader reader, Writer writer) {
        /** A value that fits the field; ints are kept positive, so that a difference of two fits as well. */
        long pattern(Random random) {
            final long value = random.nextLong();
            return bits == Long.SIZE ? value : bits == Integer.SIZE ? value >>> 33 : value >>> (Long.SIZE - bits);
        }
    }

    private interface Reader {
        long read(ConnectionTable table, int slot);
    }

    private interface Writer {
        void write(ConnectionTable table, int slot, long value);
    }
}
