package io.fairlead.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackendSetTest {
    private static final int ROOM = 2048;
    private static final int GENERATION_COUNT = 1 << 20;
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8765);

    private final BackendSet backends = new BackendSet();

    @Test
    void shouldKeepWhatWasAddedInOrder() {
        final Backend b1 = backends.add("b1", 11, ADDRESS, 1);
        final Backend b2 = backends.add("b2", 22, ADDRESS, 5);

        assertEquals(2, backends.size());
        assertSame(b1, backends.get(0));
        assertSame(b2, backends.get(1));
        assertSame(b2, backends.byName("b2"));
        assertSame(b1, backends.byId(b1.id()));
        assertEquals(22, b2.id64());
        assertEquals(5, b2.weight());
        assertSame(ADDRESS, b2.address());
        assertTrue(b2.accepts());
    }

    @Test
    void shouldTellEqualWeightsFromUnequalOnesWhateverChangedThem() {
        assertTrue(backends.hasEqualWeights());
        final Backend b1 = backends.add("b1", 11, ADDRESS, 2);
        assertTrue(backends.hasEqualWeights());
        final Backend b2 = backends.add("b2", 22, ADDRESS, 5);
        assertFalse(backends.hasEqualWeights());
        b1.turnCredit(7);
        b2.turnCredit(-7);
        backends.weigh(b2, 2);
        assertTrue(backends.hasEqualWeights());
        assertEquals(2, b2.weight());
        assertEquals(0, b1.turnCredit());
        assertEquals(0, b2.turnCredit());
        backends.weigh(b1, 3);
        assertFalse(backends.hasEqualWeights());
        backends.remove(b1);
        assertTrue(backends.hasEqualWeights());
    }

    @Test
    void shouldKnowNobodyWhenEmpty() {
        assertEquals(0, backends.size());
        assertTrue(backends.hasRoom());
        assertNull(backends.byName("b1"));
        for (final int id : new int[] {BackendSet.NULL_BACKEND, 0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertNull(backends.byId(id));
        }
    }

    @Test
    void shouldStillNameForgottenBackendUntilItsIndexIsUsedAgain() {
        final Backend b1 = backends.add("b1", 11, ADDRESS, 1);
        backends.remove(b1);

        assertNull(backends.byId(b1.id()));
        assertSame(b1, backends.lastKnown(b1.id()));
        assertNull(backends.lastKnown(BackendSet.NULL_BACKEND));

        for (int i = 0; i < ROOM; i++) {
            backends.remove(backends.add("b2", 22, ADDRESS, 1));
        }
        assertNull(backends.lastKnown(b1.id()));
    }

    @Test
    void shouldNotAcceptWhenDrainingOrRemoved() {
        final Backend b1 = backends.add("b1", 11, ADDRESS, 1);
        b1.draining(true);
        assertFalse(b1.accepts());
        b1.draining(false);
        assertTrue(b1.accepts());
        backends.remove(b1);
        assertFalse(b1.accepts());
    }

    @Test
    void shouldForgetAtOnceWhenRemovedWithoutConnections() {
        final Backend b1 = backends.add("b1", 11, ADDRESS, 1);
        final Backend b2 = backends.add("b2", 22, ADDRESS, 1);
        backends.remove(b1);

        assertNull(backends.byId(b1.id()));
        assertNull(backends.byName("b1"));
        assertEquals(1, backends.size());
        assertSame(b2, backends.get(0));
    }

    @Test
    void shouldKnowByIdUntilLastConnectionEndsWhenRemoved() {
        final Backend b1 = backends.add("b1", 11, ADDRESS, 1);
        b1.addActive(2);
        backends.remove(b1);
        assertEquals(0, backends.size());
        assertNull(backends.byName("b1"));
        assertSame(b1, backends.byId(b1.id()));

        final Backend again = backends.add("b1", 11, ADDRESS, 1);
        assertNotEquals(b1.id(), again.id());
        assertSame(again, backends.byName("b1"));

        b1.addActive(-1);
        backends.forgetIfUnused(b1);
        assertSame(b1, backends.byId(b1.id()));
        b1.addActive(-1);
        backends.forgetIfUnused(b1);
        assertNull(backends.byId(b1.id()));
        assertSame(again, backends.byId(again.id()));
    }

    @Test
    void shouldNotForgetConfiguredOneWithoutConnections() {
        final Backend b1 = backends.add("b1", 11, ADDRESS, 1);
        backends.forgetIfUnused(b1);

        assertSame(b1, backends.byId(b1.id()));
        assertEquals(1, backends.size());
    }

    @Test
    void shouldNotForgetSuccessorWhenForgottenOneIsForgottenAgain() {
        final Backend old = backends.add("old", 0, ADDRESS, 1);
        for (int i = 1; i < ROOM; i++) {
            final Backend backend = backends.add("b" + i, i, ADDRESS, 1);
            if (i >= BackendSet.MEMBER_LIMIT - 1) {
                backend.addActive(1);
                backends.remove(backend);
            }
        }
        backends.remove(old);
        final Backend successor = backends.add("successor", 0, ADDRESS, 1);

        backends.forgetIfUnused(old);
        backends.remove(old);
        assertSame(successor, backends.byId(successor.id()));
        assertFalse(backends.hasRoom());
    }

    @Test
    void shouldHaveNoRoomWhenAsManyAreConfiguredAsMayBe() {
        for (int i = 0; i < BackendSet.MEMBER_LIMIT; i++) {
            assertTrue(backends.hasRoom());
            backends.add("b" + i, i, ADDRESS, 1);
        }
        assertFalse(backends.hasRoom());
        backends.remove(backends.get(0));
        assertTrue(backends.hasRoom());
        assertTrue(backends.leaving().isEmpty());
    }

    @Test
    void shouldThrowWhenThereIsNoRoom() {
        for (int i = 0; i < ROOM; i++) {
            assertTrue(backends.hasRoom());
            final Backend backend = backends.add("b" + i, i, ADDRESS, 1);
            backend.addActive(1);
            backends.remove(backend);
        }
        assertFalse(backends.hasRoom());
        assertEquals(0, backends.size());
        assertThrows(IllegalStateException.class, () -> backends.add("one more", 0, ADDRESS, 1));
        assertEquals(0, backends.size());
    }

    @Test
    void shouldNotReuseIdsWhenOneIsRemovedAndAddedAgainForLong() {
        // Twice as often as one index has generations: the indices take turns.
        final Backend first = backends.add("b1", 11, ADDRESS, 1);
        backends.remove(first);
        for (int i = 0; i < 2 * GENERATION_COUNT; i++) {
            final Backend backend = backends.add("b1", 11, ADDRESS, 1);
            if (backend.id() == first.id() || backend.id() < 0) {
                assertNotEquals(first.id(), backend.id(), "after " + i);
                assertTrue(backend.id() >= 0, "after " + i);
            }
            backends.remove(backend);
        }
        assertNull(backends.byId(first.id()));
    }

    @Test
    void shouldHaveValidIdsWhenGenerationWraps() {
        // One index only is left to be used again and again.
        for (int i = 1; i < ROOM; i++) {
            final Backend backend = backends.add("gone" + i, i, ADDRESS, 1);
            backend.addActive(1);
            backends.remove(backend);
        }
        final Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < GENERATION_COUNT; i++) {
            final Backend backend = backends.add("b", 0, ADDRESS, 1);
            final int id = backend.id();
            if (id < 0 || !ids.add(id) || backends.byId(id) != backend) {
                throw new AssertionError("id " + id + " after " + i);
            }
            backends.remove(backend);
        }
        final Backend wrapped = backends.add("b", 0, ADDRESS, 1);
        assertFalse(ids.add(wrapped.id()));
        assertSame(wrapped, backends.byId(wrapped.id()));
    }

    @Test
    void shouldAgreeWithModelWhenUsedAtRandom() {
        Seed.with(random -> {
            final Map<String, Backend> configured = new LinkedHashMap<>();
            final List<Backend> known = new ArrayList<>();
            final Set<Integer> ids = new HashSet<>();
            for (int i = 0; i < 20_000; i++) {
                final String name = "b" + random.nextInt(30);
                if (random.nextInt(3) > 0) {
                    useRandomly(random, known);
                } else if (configured.containsKey(name)) {
                    backends.remove(configured.remove(name));
                } else {
                    final Backend added = backends.add(name, i, ADDRESS, 1);
                    assertTrue(ids.add(added.id()));
                    configured.put(name, added);
                    known.add(added);
                }
                final List<Integer> forgotten = forget(known);
                forgotten.forEach(id -> assertNull(backends.byId(id)));
                known.forEach(backend -> assertSame(backend, backends.byId(backend.id())));
                assertSame(configured.get(name), backends.byName(name));
                assertEquals(configured.size(), backends.size());
                int position = 0;
                for (final Backend backend : configured.values()) {
                    assertSame(backend, backends.get(position++));
                }
            }
        });
    }

    private void useRandomly(Random random, List<Backend> known) {
        if (!known.isEmpty()) {
            final Backend backend = known.get(random.nextInt(known.size()));
            if (backend.activeCount() > 0 && random.nextBoolean()) {
                backend.addActive(-1);
                backends.forgetIfUnused(backend);
            } else if (backend.accepts()) {
                backend.addActive(1);
            }
        }
    }

    /** Takes what is removed and unused out of the model. */
    private static List<Integer> forget(List<Backend> known) {
        final List<Integer> forgotten = new ArrayList<>();
        known.removeIf(backend -> {
            final boolean gone = backend.removed() && backend.activeCount() == 0;
            if (gone) {
                forgotten.add(backend.id());
            }
            return gone;
        });
        return forgotten;
    }
}
