package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code fairlead demo} as a process. */
@Timeout(120)
class DemoIT {
    @Test
    void shouldServeThePageAndWebSocketsAndStopAtOnce() throws Exception {
        try (FairleadProcess fairlead =
                FairleadProcess.start("demo", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")) {
            final int port = fairlead.awaitPort();
            assertEquals("  open      http://127.0.0.1:" + port + "/ in a browser", fairlead.awaitOut("  open"));
            fairlead.awaitOut("  stop      Ctrl-C");

            final HttpResponse<String> page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(200, page.statusCode());
            assertTrue(page.body().contains("<html"), page.body());

            final WebSocketPeer peer = new WebSocketPeer(port);
            assertTrue(List.of("b1", "b2", "b3").contains(peer.backend()));

            fairlead.signal("INT");
            assertEquals(ExitCode.DONE, fairlead.awaitExit());
            peer.awaitEnd();
        }
    }
}
