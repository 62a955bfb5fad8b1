package io.fairlead.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlabLineTest {
    private static final int CAPACITY = 20;

    private final ConnectionTable connections = new ConnectionTable(CAPACITY);
    private final SlabLine line = new SlabLine(connections);

    SlabLineTest() {
        for (int i = 0; i < CAPACITY; i++) {
            connections.allocate(Phase.FORWARDING);
        }
    }

    @Test
    void shouldNameNobodyWhenEmpty() {
        assertEquals(0, line.length());
        assertEquals(ConnectionTable.NULL_SLOT, line.firstSlot());
    }

    @Test
    void shouldServeInOrderOfJoining() {
        line.join(3, Side.BACKEND_TO_CLIENT);
        line.join(0, Side.CLIENT_TO_BACKEND);
        line.join(3, Side.CLIENT_TO_BACKEND);

        assertLine(entry(3, Side.BACKEND_TO_CLIENT), entry(0, Side.CLIENT_TO_BACKEND), entry(3, 0));
    }

    @Test
    void shouldKeepOrderWhenHeadMiddleOrTailLeaves() {
        for (int left = 0; left < 3; left++) {
            final List<Integer> expected = new ArrayList<>();
            for (int slot = 0; slot < 3; slot++) {
                line.join(slot, Side.CLIENT_TO_BACKEND);
                expected.add(entry(slot, Side.CLIENT_TO_BACKEND));
            }
            line.leave(left, Side.CLIENT_TO_BACKEND);
            expected.remove(left);
            line.join(left, Side.CLIENT_TO_BACKEND);
            expected.add(entry(left, Side.CLIENT_TO_BACKEND));

            assertLine(expected.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    @Test
    void shouldMarkOnlyDirectionThatWaits() {
        line.join(1, Side.BACKEND_TO_CLIENT);
        assertTrue(connections.is(1, Flag.inLine(Side.BACKEND_TO_CLIENT)));
        assertFalse(connections.is(1, Flag.inLine(Side.CLIENT_TO_BACKEND)));
        assertEquals(Phase.FORWARDING, connections.phase(1));

        line.leave(1, Side.BACKEND_TO_CLIENT);
        assertEquals(Phase.FORWARDING, connections.state(1));
    }

    @Test
    void shouldThrowAndStayWholeWhenJoinedTwice() {
        line.join(0, Side.CLIENT_TO_BACKEND);
        line.join(1, Side.CLIENT_TO_BACKEND);

        assertThrows(IllegalStateException.class, () -> line.join(0, Side.CLIENT_TO_BACKEND));
        assertLine(entry(0, Side.CLIENT_TO_BACKEND), entry(1, Side.CLIENT_TO_BACKEND));
    }

    @Test
    void shouldThrowAndStayWholeWhenLeftWithoutHavingJoined() {
        line.join(0, Side.CLIENT_TO_BACKEND);
        line.join(1, Side.CLIENT_TO_BACKEND);

        assertThrows(IllegalStateException.class, () -> line.leave(2, Side.CLIENT_TO_BACKEND));
        assertThrows(IllegalStateException.class, () -> line.leave(0, Side.BACKEND_TO_CLIENT));
        assertLine(entry(0, Side.CLIENT_TO_BACKEND), entry(1, Side.CLIENT_TO_BACKEND));
    }

    @Test
    void shouldThrowAndStayWholeWhenSlotIsFreedInLine() {
        for (int direction = 0; direction < 2; direction++) {
            line.join(0, direction);
            line.join(1, direction);

            assertThrows(IllegalStateException.class, () -> connections.free(0));
            assertEquals(CAPACITY, connections.activeCount());
            assertLine(entry(0, direction), entry(1, direction));
        }
    }

    @Test
    void shouldAgreeWithModelWhenJoinedAndLeftAtRandom() {
        Seed.with(random -> {
            final Deque<Integer> model = new ArrayDeque<>();
            for (int i = 0; i < 50_000; i++) {
                final int slot = random.nextInt(CAPACITY);
                final int direction = random.nextInt(2);
                if (!model.contains(entry(slot, direction))) {
                    line.join(slot, direction);
                    model.addLast(entry(slot, direction));
                } else if (random.nextBoolean()) {
                    line.leave(slot, direction);
                    model.remove(entry(slot, direction));
                } else {
                    line.leave(line.firstSlot(), line.firstDirection());
                    model.removeFirst();
                }
                assertEquals(model.size(), line.length());
                if (model.isEmpty()) {
                    assertEquals(ConnectionTable.NULL_SLOT, line.firstSlot());
                } else {
                    assertEquals(model.peekFirst(), entry(line.firstSlot(), line.firstDirection()));
                }
            }
            assertLine(model.stream().mapToInt(Integer::intValue).toArray());
        });
    }

    private static int entry(int slot, int direction) {
        return 2 * slot + direction;
    }

    /** Empties the line. */
    private void assertLine(int... entries) {
        assertEquals(entries.length, line.length());
        for (final int entry : entries) {
            assertEquals(entry, entry(line.firstSlot(), line.firstDirection()));
            line.leave(line.firstSlot(), line.firstDirection());
        }
        shouldNameNobodyWhenEmpty();
    }
}
