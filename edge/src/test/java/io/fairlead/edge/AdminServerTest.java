package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.BalancerStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class AdminServerTest {
    private final Captured captured = new Captured(false);
    private final BalancerStatus status = Statuses.threeBackends();
    private AdminServer server;

    @BeforeEach
    void serve() throws IOException {
        server = AdminServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), captured.terminal());
        server.serve(Map.of(
                "/healthz", request -> HealthPages.healthz(),
                "/readyz", request -> HealthPages.readyz(status),
                "/metrics", new MetricsPage(status, new MetricsPage.Facts("nio", "as was asked for", 1), () -> 0),
                "/api/v1/backends", request -> BackendsPage.reply(status),
                "/echo", request -> Reply.text(200, new TreeMap<>(request.query()).toString()),
                "/broken",
                        request -> {
                            throw new IllegalStateException("a defect");
                        }));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldAnswerHealthz() throws IOException {
        final String reply = request("GET", "/healthz");

        assertTrue(reply.startsWith("HTTP/1.1 200 OK\r\n"), reply);
        assertTrue(reply.endsWith("\r\n\r\nok\n"), reply);
        assertHeader(reply, "Content-type: text/plain; charset=utf-8");
        assertHeader(reply, "Cache-control: no-store");
        assertHeader(reply, "X-content-type-options: nosniff");
    }

    @Test
    void shouldBeReadyWhileAcceptingWithAnActiveBackend() throws IOException {
        assertReply(request("GET", "/readyz"), 200, "ready\n");

        status.backends(List.of(Statuses.backend("b1", 1, BackendState.DRAINING)));
        assertReply(request("GET", "/readyz"), 503, "not ready: no active backend\n");

        status.backends(List.of(Statuses.backend("b1", 1, BackendState.DOWN)));
        assertReply(request("GET", "/readyz"), 503, "not ready: no active backend\n");

        status.panicking(true);
        assertReply(request("GET", "/readyz"), 200, "ready\n");

        status.accepting(false);
        assertReply(request("GET", "/readyz"), 503, "not ready: draining, no new connections are accepted\n");
    }

    @Test
    void shouldIgnoreAQuery() throws IOException {
        assertReply(request("GET", "/healthz?verbose=1"), 200, "ok\n");
    }

    @Test
    void shouldServeMetrics() throws IOException {
        final String reply = request("GET", "/metrics");

        assertHeader(reply, "Content-type: text/plain; version=0.0.4; charset=utf-8");
        assertTrue(reply.contains("\nfairlead_backend_websockets_active{backend=\"b1\"} 0.0\n"), reply);
    }

    @Test
    void shouldServeBackendsAsJson() throws IOException {
        status.backends(List.of(Statuses.backend("b\"1", 2)));
        for (final BackendCounter counter : BackendCounter.values()) {
            status.backends().get(0).stats().counters().set(counter, counter.ordinal());
        }

        final String reply = request("GET", "/api/v1/backends");

        assertHeader(reply, "Content-type: application/json");
        assertReply(
                reply,
                200,
                "{\"panicking\":false,\"backends\":[{\"name\":\"b\\\"1\",\"address\":\"127.0.0.1:9001\",\"weight\":2,"
                        + "\"weight_percent\":100,\"connection_limit\":0,\"backup\":false,\"state\":\"active\",\"well\":true,"
                        + "\"reason\":\"\",\"since\":\"1970-01-01T00:00:00Z\","
                        + "\"connections_active\":0,\"websockets_active\":1,\"connected_total\":2,\"refused_total\":3,"
                        + "\"timed_out_total\":4,"
                        + "\"checks_total\":{\"passed\":8,\"failed\":9},\"times_down_total\":10,\"times_ejected_total\":11,"
                        + "\"handshakes_total\":{\"switched\":5,\"declined\":6,\"unanswered\":7},"
                        + "\"client_to_backend\":{\"bytes_total\":12,\"messages_total\":14,\"message_bytes_total\":16},"
                        + "\"backend_to_client\":{\"bytes_total\":13,\"messages_total\":15,\"message_bytes_total\":17}"
                        + "}]}\n");
    }

    @Test
    void shouldAnswerHeadWithoutABody() throws IOException {
        final String reply = request("HEAD", "/healthz");

        assertReply(reply, 200, "");
        assertHeader(reply, "Content-length: 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"})
    void shouldRefuseOtherMethods(String method) throws IOException {
        final String reply = request(method, "/metrics");

        assertReply(reply, 405, "only GET and HEAD\n");
        assertHeader(reply, "Allow: GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics/", "/healthz/x", "/api/v1", "/../metrics"})
    void shouldNotFindOtherPages(String path) throws IOException {
        assertReply(
                request("GET", path),
                404,
                "no such page: there are /api/v1/backends, /broken, /echo, /healthz, /metrics, /readyz\n");
    }

    @Test
    void shouldHandTheParametersOfARequestToItsPage() throws IOException {
        assertReply(request("GET", "/echo?b=2&a=1&c&a==x&"), 200, "{=, a==x, b=2, c=c}\n");
        assertReply(request("GET", "/echo"), 200, "{}\n");
    }

    @Test
    void shouldReportADefectOfAPage() throws IOException {
        assertReply(request("GET", "/broken"), 500, "internal error\n");
        assertTrue(captured.err().startsWith("fairlead: admin page failed, please report this: /broken"));
    }

    @Test
    void shouldRefuseTheNameOfAnotherSite() throws IOException {
        assertReply(
                request("GET", "/metrics", "rebound.example:9900"),
                403,
                "this host name is not served here: use 127.0.0.1 or localhost\n");
    }

    @Test
    void shouldAnswerOtherClientsWhileOneIsSlow() throws IOException {
        try (Socket slow =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            slow.getOutputStream().write("GET /hea".getBytes(StandardCharsets.US_ASCII));
            assertReply(request("GET", "/healthz"), 200, "ok\n");
        }
    }

    @Test
    void shouldAnswerPromptlyWhileManyRequestsAreHalfSent() throws IOException {
        final List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                final Socket socket = new Socket(
                        server.address().getAddress(), server.address().getPort());
                slow.add(socket);
                socket.getOutputStream().write("GET /hea".getBytes(StandardCharsets.US_ASCII));
            }
            // Less than the time after which the half-sent ones are given up.
            assertReply(request("GET", "/healthz", "127.0.0.1", 1_500), 200, "ok\n");
        } finally {
            for (final Socket socket : slow) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost, true",
        "127.0.0.1, LOCALHOST:9900, true",
        "127.0.0.1, 127.0.0.1:9900, true",
        "127.0.0.1, 127.1.2.3, true",
        "127.0.0.1, [::1]:9900, true",
        "::1, [0:0:0:0:0:0:0:1], true",
        "127.0.0.1,, true",
        "127.0.0.1, rebound.example, false",
        "127.0.0.1, localhost.rebound.example, false",
        "127.0.0.1, 127.0.0.1.rebound.example, false",
        "127.0.0.1, 10.0.0.1:9900, false",
        "127.0.0.1, [2001:db8::1], false",
        "127.0.0.1, [::1, false",
        "127.0.0.1, '', false",
        "0.0.0.0, rebound.example, true",
    })
    void shouldTellHostsApart(String bound, String header, boolean allowed) throws UnknownHostException {
        assertEquals(allowed, new HostCheck(InetAddress.getByName(bound)).allows(header));
    }

    private String request(String method, String path) throws IOException {
        return request(method, path, "127.0.0.1:" + server.address().getPort());
    }

    private String request(String method, String path, String host) throws IOException {
        return request(method, path, host, 0);
    }

    private String request(String method, String path, String host, int limitMs) throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(limitMs);
            final OutputStream out = socket.getOutputStream();
            out.write((method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertReply(String reply, int code, String body) {
        assertTrue(reply.startsWith("HTTP/1.1 " + code + " "), reply);
        assertEquals(body, reply.substring(reply.indexOf("\r\n\r\n") + 4));
    }

    private static void assertHeader(String reply, String header) {
        assertTrue(reply.contains("\r\n" + header + "\r\n"), reply);
    }
}
