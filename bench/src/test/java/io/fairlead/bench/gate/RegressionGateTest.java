package io.fairlead.bench.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gate itself, and that it shuts. */
@Timeout(180)
final class RegressionGateTest {
    private static final String SMALL = "SmallMessages";

    private final List<String> told = new ArrayList<>();
    private final RegressionGate gate = new RegressionGate(Baseline.packaged(), told::add);

    @Test
    void shouldPassWhenAnOperationTakesWhatItDid() throws Exception {
        gate.judge(gate.figures()).judgeRatio(FairleadSubject::onNio);
        System.out.println(String.join("\n", told));
        assertTrue(gate.isPassed(), () -> String.join("\n", told));
    }

    @Test
    void shouldCountTheSameWhenCountedAgain() throws Exception {
        final Map<String, Double> once = Counts.of(SMALL, (name, next) -> next);
        assertEquals(once, Counts.of(SMALL, (name, next) -> next));
        assertEquals(2.0, once.get("small-message.read"));
    }

    @ParameterizedTest
    @EnumSource(Planted.class)
    void shouldFailWhenARegressionIsPlanted(Planted planted) throws Exception {
        final Map<String, Double> figures = Counts.of(SMALL, planted);
        final Finding finding = Baseline.packaged().compare(figures).stream()
                .filter(one -> one.figure().equals(planted.figure()))
                .findFirst()
                .orElseThrow();
        assertEquals(Finding.Verdict.WORSE, finding.verdict(), finding::toString);
        gate.judge(figures);
        assertFalse(gate.isPassed());
        assertTrue(told.contains(finding.toString()), () -> String.join("\n", told));
    }

    @Test
    void shouldCountTheSameOnEpollWhenCountedAgain() throws Exception {
        assumeEpoll();
        final Map<String, Double> once = Counts.ofEpoll((name, next) -> next);
        assertEquals(once, Counts.ofEpoll((name, next) -> next));
        assertEquals(2.0, once.get("small-message.recv"));
    }

    @Test
    void shouldShutWhenEpollIsAskedForMore() throws Exception {
        assumeEpoll();
        final Map<String, Double> figures = new HashMap<>();
        Counts.ofEpoll(Planted.INTEREST_CHANGE).forEach((name, found) -> figures.put("epoll." + name, found));
        final Finding finding = Baseline.packaged().compare(figures).stream()
                .filter(one -> one.figure().equals("epoll.small-message.epoll-control"))
                .findFirst()
                .orElseThrow();
        // No message had a call of it so far.
        assertEquals(Finding.Verdict.UNKNOWN, finding.verdict(), finding::toString);
        assertEquals(4.0, finding.found(), "off and on again, there and back");
        assertTrue(finding.fails());
    }

    @Test
    void shouldSayWhatIsLeftOutWhenThereIsNoEpoll() throws Exception {
        assumeTrue(EpollTransport.whyUnavailable() != null, "there is epoll here");
        final Map<String, Double> figures = gate.figures();
        assertTrue(told.contains("left out: all figures epoll.*: " + EpollTransport.whyUnavailable()), told::toString);
        final String updated = Baseline.packaged().updated(figures, RegressionGate.notCountedHere());
        assertTrue(updated.contains("epoll.small-message.recv=2\n"), updated);
    }

    @Test
    void shouldShutWhenTheLoopAllocates() throws IOException {
        final double found = LoopAllocation.perMessage(backend -> new Slowed(backend) {
            @Override
            void waste(int count) {
                kept = new byte[count];
            }
        });
        assertNotEquals(0, found);
        final List<Finding> findings = Baseline.packaged().compare(Map.of("nio-message.allocated-bytes", found));
        assertEquals(Finding.Verdict.WORSE, findings.get(0).verdict(), findings.get(0)::toString);
    }

    @Test
    void shouldFailWhenALoopTakesFarMoreThanAPlainForwarder() throws IOException {
        gate.judgeRatio(backend -> new Slowed(backend) {
            @Override
            void waste(int count) {
                for (int i = 0; i < 20 * count; i++) {
                    Arrays.fill(kept, (byte) i);
                }
            }
        });
        assertFalse(gate.isPassed(), () -> String.join("\n", told));
    }

    @Test
    void shouldNotFailWhenAPlainForwarderIsComparedWithItself() throws IOException {
        assertTrue(gate.judgeRatio(PlainForwarder::new).isPassed(), () -> String.join("\n", told));
    }

    private static void assumeEpoll() {
        final String why = EpollTransport.whyUnavailable();
        assumeTrue(why == null, why);
    }

    /** A plain forwarder that wastes something for each event. */
    private abstract static class Slowed implements Subject {
        byte[] kept = new byte[64 * 1024];
        private final PlainForwarder forwarder;

        Slowed(InetSocketAddress backend) throws IOException {
            forwarder = new PlainForwarder(backend);
        }

        abstract void waste(int count);

        @Override
        public InetSocketAddress address() throws IOException {
            return forwarder.address();
        }

        @Override
        public int step() throws IOException {
            final int count = forwarder.step();
            waste(count);
            return count;
        }

        @Override
        public void close() throws IOException {
            forwarder.close();
        }
    }
}
