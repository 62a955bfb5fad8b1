package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.BackendStats;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsPageTest {
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (fairlead_[a-z0-9_]+) (\\S.*)");
    private static final Pattern SAMPLE =
            Pattern.compile("(fairlead_[a-z0-9_]+)(\\{([a-z_]+=\"[^\"\\\\\n]*\",?)+})? (-?[0-9.]+(E-?[0-9]+)?|\\+Inf)");

    @Test
    void shouldWriteNothingButValidLines() {
        final Set<String> seen = new HashSet<>();
        final Set<String> described = new HashSet<>();
        for (final String line : page(Statuses.counted()).lines().toList()) {
            final Matcher comment = COMMENT.matcher(line);
            final Matcher sample = SAMPLE.matcher(line);
            assertTrue(comment.matches() || sample.matches(), line);
            assertTrue(seen.add(line.replaceFirst(" [^ ]+$", "")) || comment.matches(), "twice: " + line);
            if (comment.matches()) {
                described.add(comment.group(2));
            } else {
                final String name = sample.group(1);
                assertTrue(
                        described.contains(name.replaceFirst("_(bucket|sum|count)$", "")) || described.contains(name));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldShowEveryCounterOfTheLoop(LoopCounter counter) {
        assertTrue(page(Statuses.counted()).contains(" " + (1000 + counter.ordinal()) + ".0\n"), counter.name());
    }

    @ParameterizedTest
    @EnumSource
    void shouldShowEveryCounterOfABackend(BackendCounter counter) {
        if (!EnumSet.of(BackendCounter.UP_FRAMES, BackendCounter.DOWN_FRAMES).contains(counter)) {
            assertTrue(page(Statuses.counted()).contains(" " + (2000 + counter.ordinal()) + ".0\n"), counter.name());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldShowEveryTerminationCause(TerminationCause cause) {
        final BalancerStatus status = Statuses.threeBackends();
        status.countTermination(cause);

        assertHas(
                status,
                "fairlead_terminations_total{cause=\"" + cause.name().toLowerCase(java.util.Locale.ROOT) + "\",state=\""
                        + cause.code() + "\"} 1.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fairlead_backend_websockets_active{backend=\"b1\"} 2001.0",
                "fairlead_backend_connections_active{backend=\"b1\"} 2000.0",
                "fairlead_backend_connects_total{backend=\"b1\",result=\"connected\"} 2002.0",
                "fairlead_backend_connects_total{backend=\"b1\",result=\"refused\"} 2003.0",
                "fairlead_backend_connects_total{backend=\"b1\",result=\"timed_out\"} 2004.0",
                "fairlead_handshakes_total{backend=\"b1\",result=\"switched\"} 2005.0",
                "fairlead_handshakes_total{backend=\"b3\",result=\"unanswered\"} 0.0",
                "fairlead_bytes_total{backend=\"b1\",direction=\"client_to_backend\"} 2012.0",
                "fairlead_messages_total{backend=\"b1\",direction=\"backend_to_client\"} 2015.0",
                "fairlead_message_bytes_total{backend=\"b1\",direction=\"backend_to_client\"} 2017.0",
                "fairlead_frames_total{backend=\"b1\",direction=\"client_to_backend\",opcode=\"ping\"} 2020.0",
                "fairlead_backend_weight_ratio{backend=\"b2\"} 0.5",
                "fairlead_backend_state{backend=\"b2\",state=\"active\"} 1.0",
                "fairlead_backend_state{backend=\"b2\",state=\"draining\"} 0.0",
                "fairlead_backend_state{backend=\"b2\",state=\"down\"} 0.0",
                "fairlead_backend_state{backend=\"b2\",state=\"ejected\"} 0.0",
                "fairlead_backend_state{backend=\"b2\",state=\"maintenance\"} 0.0",
                "fairlead_backend_up{backend=\"b2\"} 1.0",
                "fairlead_backend_checks_total{backend=\"b1\",result=\"passed\"} 2008.0",
                "fairlead_backend_checks_total{backend=\"b1\",result=\"failed\"} 2009.0",
                "fairlead_backend_outages_total{backend=\"b1\",kind=\"down\"} 2010.0",
                "fairlead_backend_outages_total{backend=\"b1\",kind=\"ejected\"} 2011.0",
                "fairlead_affinity_total{result=\"fallback\"} 1020.0",
                "fairlead_affinity_total{result=\"overflow\"} 1021.0",
                "fairlead_affinity_total{result=\"hot\"} 1022.0",
                "fairlead_panic 0.0",
                "# TYPE fairlead_panics_total counter",
                "# TYPE fairlead_hot_sources gauge",
                "fairlead_closes_total{backend=\"b1\",code=\"1000\",initiator=\"client\"} 0.0",
                "fairlead_connections_limit 77.0",
                "fairlead_access_log_lines_lost_total 5.0",
                "fairlead_accepting 1.0",
                "fairlead_pipes_in_use 1015.0",
                "fairlead_spliced_bytes_total 1016.0",
                "fairlead_pins 1024.0",
                "fairlead_mispins_total 1029.0",
                "# TYPE fairlead_mispins_total counter",
                "# TYPE fairlead_session_duration_seconds histogram",
                "# HELP fairlead_pins Pins in the table.",
            })
    void shouldNameMetricsAsDocumented(String line) {
        assertHas(Statuses.counted(), line);
    }

    @Test
    void shouldShowDurationsInCumulativeBuckets() {
        final BalancerStatus status = Statuses.threeBackends();
        final BackendStats stats = status.backends().get(0).stats();
        stats.connect().record(100_000);
        stats.connect().record(100_001);
        stats.connect().record(200_000_000_000_000L);

        assertHas(status, "fairlead_backend_connect_duration_seconds_bucket{backend=\"b1\",le=\"1.0E-4\"} 1");
        assertHas(status, "fairlead_backend_connect_duration_seconds_bucket{backend=\"b1\",le=\"2.5E-4\"} 2");
        assertHas(status, "fairlead_backend_connect_duration_seconds_bucket{backend=\"b1\",le=\"86400.0\"} 2");
        assertHas(status, "fairlead_backend_connect_duration_seconds_bucket{backend=\"b1\",le=\"+Inf\"} 3");
        assertHas(status, "fairlead_backend_connect_duration_seconds_count{backend=\"b1\"} 3");
        assertHas(status, "fairlead_backend_connect_duration_seconds_sum{backend=\"b1\"} 200000.000200001");
    }

    @Test
    void shouldTellFramesApart() {
        final BalancerStatus status = Statuses.threeBackends();
        final BackendStats stats = status.backends().get(0).stats();
        stats.counters().set(BackendCounter.DOWN_FRAMES, 10);
        stats.counters().set(BackendCounter.DOWN_PINGS, 1);
        stats.counters().set(BackendCounter.DOWN_PONGS, 2);
        stats.counters().set(BackendCounter.DOWN_CLOSES, 2);
        stats.countClose(1001, false);
        stats.countClose(4000, false);
        stats.countClose(1005, true);

        final String series = "fairlead_frames_total{backend=\"b1\",direction=\"backend_to_client\",opcode=";
        assertHas(status, series + "\"data\"} 5.0");
        assertHas(status, series + "\"close\"} 2.0");
        assertHas(status, "fairlead_closes_total{backend=\"b1\",code=\"1001\",initiator=\"backend\"} 1.0");
        assertHas(status, "fairlead_closes_total{backend=\"b1\",code=\"other\",initiator=\"backend\"} 1.0");
        assertHas(status, "fairlead_closes_total{backend=\"b1\",code=\"none\",initiator=\"client\"} 1.0");
        assertFalse(page(status).contains("code=\"1012\""));
    }

    @Test
    void shouldShowOneSeriesWhenARemovedBackendsNameIsTakenAgain() {
        final BalancerStatus status = new BalancerStatus();
        status.backends(List.of(
                Statuses.backend("b1", 7, BackendState.REMOVED),
                Statuses.backend("b1", 1, BackendState.DRAINING),
                Statuses.backend("b2", 3, BackendState.REMOVED)));

        assertHas(status, "fairlead_backend_state{backend=\"b1\",state=\"draining\"} 1.0");
        assertHas(status, "fairlead_backend_weight_ratio{backend=\"b1\"} 1.0");
        assertHas(status, "fairlead_backend_weight_ratio{backend=\"b2\"} 0.0");
    }

    @ParameterizedTest
    @EnumSource
    void shouldShowWhichStatesAreFailures(BackendState state) {
        final BalancerStatus status = new BalancerStatus();
        status.backends(List.of(Statuses.backend("b1", 1, state)));

        final boolean isFailure = state == BackendState.DOWN || state == BackendState.EJECTED;
        assertHas(status, "fairlead_backend_up{backend=\"b1\"} " + (isFailure ? "0.0" : "1.0"));
        assertHas(status, "fairlead_backend_state{backend=\"b1\",state=\"" + state.label() + "\"} 1.0");
    }

    @Test
    void shouldShowAPanic() {
        final BalancerStatus status = Statuses.threeBackends();
        status.panicking(true);

        assertHas(status, "fairlead_panic 1.0");
    }

    @Test
    void shouldShowTheWeightThatAgentsMakeOfIt() {
        final BalancerStatus status = new BalancerStatus();
        status.backends(List.of(Statuses.weighed("b1", 4, 25), Statuses.weighed("b2", 3, 100)));

        assertHas(status, "fairlead_backend_weight_ratio{backend=\"b1\"} 0.25");
        assertHas(status, "fairlead_backend_weight_ratio{backend=\"b2\"} 0.75");
    }

    @Test
    void shouldBeEmptyOfBackendsWhenThereAreNone() {
        assertHas(new BalancerStatus(), "fairlead_accepting 0.0");
        assertFalse(page(new BalancerStatus()).contains("backend=\""));
    }

    @Test
    void shouldSpeakTheFormatThatIsAskedFor() {
        final Reply text = reply(Statuses.counted(), "text/plain;version=0.0.4");
        final Reply open = reply(Statuses.counted(), "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        assertEquals("text/plain; version=0.0.4; charset=utf-8", text.contentType());
        assertEquals("application/openmetrics-text; version=1.0.0; charset=utf-8", open.contentType());
        assertTrue(body(open).endsWith("# EOF\n"));
    }

    @Test
    void shouldSpeakTextWhenProtobufIsAskedFor() {
        final Reply reply = reply(
                Statuses.counted(),
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
                        + "text/plain;version=0.0.4;q=0.5");

        assertEquals("text/plain; version=0.0.4; charset=utf-8", reply.contentType());
        assertTrue(body(reply).contains("\nfairlead_pins 1024.0\n"));
    }

    @Test
    void shouldShowNoCounterBelowZero() {
        final BalancerStatus status = Statuses.counted();
        status.counters().set(LoopCounter.MISPINS, -1);

        assertHas(status, "fairlead_mispins_total 0.0");
    }

    private static void assertHas(BalancerStatus status, String line) {
        final String page = page(status);
        assertTrue(page.contains(line + "\n"), () -> line + " is not in\n" + page);
    }

    private static String page(BalancerStatus status) {
        return body(reply(status, null));
    }

    private static String body(Reply reply) {
        assertEquals(200, reply.code());
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    private static Reply reply(BalancerStatus status, String accept) {
        return new MetricsPage(status, new MetricsPage.Facts("nio", "as was asked for", 77), () -> 5)
                .get(Reply.Request.accepting(accept));
    }
}
