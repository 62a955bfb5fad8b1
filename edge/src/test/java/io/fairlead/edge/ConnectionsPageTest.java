package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fairlead.core.loop.ConnectionPage;
import io.fairlead.core.transport.TcpInfo;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionsPageTest {
    private final List<String> asked = new ArrayList<>();
    private CompletableFuture<ConnectionPage> answer =
            CompletableFuture.completedFuture(new ConnectionPage(List.of(), ConnectionPage.END));

    @Test
    void shouldShowConnectionsAndWhereToGoOn() throws UnknownHostException {
        final TcpInfo tcp = new TcpInfo(true, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        answer = CompletableFuture.completedFuture(new ConnectionPage(
                List.of(
                        new ConnectionPage.Connection(
                                7,
                                "forwarding",
                                1,
                                InetAddress.getByName("2001:db8::7"),
                                4711,
                                "b1",
                                true,
                                5_000_000,
                                1_999_999,
                                100,
                                200,
                                tcp,
                                null),
                        new ConnectionPage.Connection(
                                9,
                                "peeking",
                                0,
                                InetAddress.getByName("203.0.113.7"),
                                4712,
                                null,
                                false,
                                0,
                                0,
                                0,
                                0,
                                null,
                                null)),
                10));

        assertEquals(
                "{\"connections\":[{\"slot\":7,\"phase\":\"forwarding\",\"listener\":\"[::]:81\","
                        + "\"client\":\"[2001:db8::7]:4711\",\"backend\":\"b1\",\"websocket\":true,\"age_ms\":5,"
                        + "\"idle_ms\":1,\"client_bytes\":100,\"backend_bytes\":200,\"client_tcp\":{\"established\":true,"
                        + "\"rtt_us\":1,\"rtt_variance_us\":2,\"min_rtt_us\":3,\"retransmit_timeout_us\":4,"
                        + "\"retransmits\":5,\"retransmits_total\":6,\"unacked_segments\":7,\"lost_segments\":8,"
                        + "\"congestion_window_segments\":9,\"segment_bytes\":10,\"not_sent_bytes\":11,"
                        + "\"since_received_ms\":12,\"since_acknowledged_ms\":13},\"backend_tcp\":null},"
                        + "{\"slot\":9,\"phase\":\"peeking\",\"listener\":\"0.0.0.0:80\",\"client\":\"203.0.113.7:4712\","
                        + "\"backend\":null,\"websocket\":false,\"age_ms\":0,\"idle_ms\":0,\"client_bytes\":0,"
                        + "\"backend_bytes\":0,\"client_tcp\":null,\"backend_tcp\":null}],\"next\":10}\n",
                body(200, Map.of("from", "7", "limit", "2")));
        assertEquals(List.of("from 7, 2"), asked);
    }

    @Test
    void shouldShowTheFirstHundredUnlessTold() {
        assertEquals("{\"connections\":[],\"next\":null}\n", body(200, Map.of()));
        assertEquals(List.of("from 0, 100"), asked);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "limit | 0 | limit must be from 1 to 1000",
                "limit | 1001 | limit must be from 1 to 1000",
                "limit | -1 | limit must be from 1 to 1000",
                "limit | many | limit must be from 1 to 1000",
                "limit | 99999999999 | limit must be from 1 to 1000",
                "from | -1 | from must be a slot: what the page before gave as next",
                "from | b1 | from must be a slot: what the page before gave as next",
                "form | 1 | unknown parameter: there are limit and from",
            })
    void shouldSayWhyWhenAParameterIsWrong(String name, String value, String why) {
        assertEquals(why + "\n", body(400, Map.of(name, value)));
        assertEquals(List.of(), asked);
    }

    @Test
    void shouldSayWhyWhenTheLoopDoesNotAnswer() {
        answer = CompletableFuture.failedFuture(new IllegalStateException("the balancer is closed"));
        assertEquals("the balancer is closed\n", body(503, Map.of()));

        answer = new CompletableFuture<>();
        assertEquals("the loop has not answered for 2 s\n", body(503, Map.of()));
    }

    private String body(int code, Map<String, String> query) {
        final Reply reply = new ConnectionsPage(
                        (firstSlot, limit) -> {
                            asked.add("from " + firstSlot + ", " + limit);
                            return answer;
                        },
                        List.of("0.0.0.0:80", "[::]:81"))
                .get(new Reply.Request(null, query));
        assertEquals(code, reply.code());
        return new String(reply.body(), StandardCharsets.UTF_8);
    }
}
