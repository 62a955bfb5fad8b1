package io.fairlead.edge;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What an admin page answers.
 *
 * @param code the HTTP status.
 * @param contentType of the body.
 * @param body owned by the reply.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, made once and written once
record Reply(int code, String contentType, byte[] body) {
    /**
     * What a page is told of a request.
     *
     * @param accept its {@code Accept} header, or null.
     * @param query its parameters.
     */
    record Request(String accept, Map<String, String> query) {
        /** A request without parameters. */
        static Request accepting(String accept) {
            return new Request(accept, Map.of());
        }
    }

    /** Something that answers GET. */
    @FunctionalInterface
    interface Page {
        /**
         * Answer a request.
         *
         * @param request what was asked for.
         * @return the reply.
         */
        Reply get(Request request);
    }

    /**
     * A line of plain text.
     *
     * @param code the HTTP status.
     * @param line without its end.
     * @return the reply.
     */
    static Reply text(int code, String line) {
        return new Reply(code, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
