package io.fairlead.echo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameEchoTest {
    private static final int SLAB_LIMIT = 2;
    private static final ByteBuffer OUT =
            ByteBuffer.allocateDirect(FrameEcho.OUTPUT_LENGTH).order(Mask.ORDER);

    private final SlabPool slabs = new SlabPool(FrameEcho.SMALL_TEXT_LIMIT, SLAB_LIMIT);
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void allSlabsAreBack() {
        assertEquals(0, slabs.outCount());
    }

    @Test
    void shouldAnswerTheSameHoweverTheBytesAreSplit() {
        byte[] bytes = new ClientFrames()
                .text("hello")
                .text("")
                .frame(0x01, utf8("fr\u00e4g"))
                .ping("between")
                .frame(0x00)
                .frame(0x80, (byte) 0xE2, (byte) 0x82, (byte) 0xAC)
                .binary(new byte[] {0, -1, 127, -128, 5})
                .frame(0x02, (byte) 1)
                .frame(0x00, (byte) 2, (byte) 3)
                .ping("")
                .frame(0x8A, utf8("an unasked-for pong"))
                .frame(0x80)
                .text("whoami")
                .text("x".repeat(200))
                .binary(new byte[300])
                .close(1000, utf8("bye"))
                .text("after the end")
                .bytes();
        byte[] whole = echo("", bytes, n -> n);
        assertEquals(
                List.of(
                        "text:hello",
                        "text:",
                        "text+:fr\u00c3\u00a4g",
                        "pong:between",
                        "more+:",
                        "more:\u00e2\u0082\u00ac"),
                ServerFrames.frames(whole).subList(0, 6));
        assertEquals(
                "close:1000",
                ServerFrames.frames(whole).get(ServerFrames.frames(whole).size() - 1));
        for (int at = 1; at < bytes.length; at++) {
            int split = at;
            assertArrayEquals(whole, echo("", bytes, n -> n == bytes.length ? split : n), "split at " + at);
        }
        for (int chunk = 1; chunk < 20; chunk++) {
            int length = chunk;
            assertArrayEquals(whole, echo("", bytes, n -> length), "pieces of " + chunk);
        }
    }

    @Test
    void shouldAnswerRandomSplitsOfLongMessagesWithTheSameMessages() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String text = "aä€𝄞".repeat(30_000);
        byte[] binary = new byte[200_000];
        random.nextBytes(binary);
        byte[] bytes = new ClientFrames()
                .text(text)
                .binary(binary)
                .text("small")
                .frame(0x01, utf8(text))
                .ping("p")
                .frame(0x80, utf8(text))
                .close(1001)
                .bytes();
        String latin = new String(utf8(text), StandardCharsets.ISO_8859_1);
        List<String> expected = List.of(
                "text:" + latin,
                "binary:" + new String(binary, StandardCharsets.ISO_8859_1),
                "text:small",
                "pong:p",
                "text:" + latin + latin,
                "close:1001");
        for (int i = 0; i < 20; i++) {
            int limit = 1 << random.nextInt(17);
            byte[] answers = echo("", bytes, n -> 1 + random.nextInt(limit));
            assertTrue(expected.equals(ServerFrames.messages(answers)), "seed " + seed + ", pieces up to " + limit);
        }
    }

    @Test
    void shouldBeginTheEchoOfALongBinaryFrameBeforeItIsWhole() {
        byte[] bytes = new ClientFrames().header(0x82, 1L << 40).raw(1, 2, 3).bytes();
        byte[] answer = echo("", bytes, n -> n);
        assertArrayEquals(new byte[] {(byte) 0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0x13, (byte) 0x98, 0x56}, answer);
    }

    @Test
    void shouldEchoTextInCheckedFragmentsWhenNoSlabIsLeft() {
        List<ByteBuffer> taken = new ArrayList<>();
        for (int i = 0; i < SLAB_LIMIT; i++) {
            taken.add(slabs.acquire());
        }
        byte[] answers = echo("", new ClientFrames().text("hello").bytes(), n -> 3);
        taken.forEach(slabs::release);
        assertEquals(List.of("text+:hel", "more:lo"), ServerFrames.frames(answers));
    }

    @Test
    void shouldPutThePrefixBeforeEveryMessageOnce() {
        byte[] bytes = new ClientFrames()
                .text("a")
                .frame(0x01, utf8("b"))
                .frame(0x80, utf8("c"))
                .frame(0x02, (byte) 'd')
                .frame(0x80, (byte) 'e')
                .text("y".repeat(125))
                .text("whoami")
                .text("z".repeat(FrameEcho.SMALL_TEXT_LIMIT + 1))
                .bytes();
        List<String> expected = List.of(
                "text:Echo: a",
                "text:Echo: bc",
                "binary:Echo: de",
                "text:Echo: " + "y".repeat(125),
                "text:b1 [::1]:7",
                "text:Echo: " + "z".repeat(FrameEcho.SMALL_TEXT_LIMIT + 1));
        for (int chunk : new int[] {1, 7, 100_000}) {
            assertEquals(expected, ServerFrames.messages(echo("Echo: ", bytes, n -> chunk)));
        }
    }

    @Test
    void shouldEchoOnlyTheWholeTextWhoamiWithTheIdentity() {
        byte[] bytes = new ClientFrames()
                .text("whoami")
                .text("Whoami")
                .binary(utf8("whoami"))
                .frame(0x01, utf8("whoami"))
                .frame(0x80)
                .bytes();
        assertEquals(
                List.of("text:b1 [::1]:7", "text:Whoami", "binary:whoami", "text:whoami"),
                ServerFrames.messages(echo("", bytes, n -> n)));
    }

    @Test
    void shouldKeepTheOutputBoundedWhenTinyMessagesGetALongPrefix() {
        ClientFrames frames = new ClientFrames();
        int messageCount = 2000;
        for (int i = 0; i < messageCount; i++) {
            frames.text("");
        }
        String prefix = "p".repeat(EchoOptions.PREFIX_LENGTH_LIMIT);
        assertEquals(
                Collections.nCopies(messageCount, "text:" + prefix),
                ServerFrames.frames(echo(prefix, frames.bytes(), n -> n)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C1",
                "A1",
                "91", // a reserved bit
                "83",
                "84",
                "85",
                "86",
                "87",
                "8B",
                "8C",
                "8D",
                "8E",
                "8F", // a reserved opcode
                "00",
                "80", // nothing to continue
                "08",
                "09",
                "0A" // a control frame in fragments
            })
    void shouldFailWith1002OnAnIllegalFirstByte(String first) {
        byte[] bytes = new ClientFrames()
                .text("fine")
                .frame(Integer.parseInt(first, 16), (byte) 1)
                .bytes();
        assertEverySplitGives(List.of("text:fine", "close:1002"), bytes);
    }

    @Test
    void shouldFailWith1002OnOtherIllegalHeaders() {
        byte[] unmasked = new ClientFrames().raw(0x81, 0x01, 'a').bytes();
        byte[] longPing = new ClientFrames().frame(0x89, new byte[126]).bytes();
        byte[] notMinimal16 =
                new ClientFrames().raw(0x82, 0xFE, 0, 125, 1, 2, 3, 4).bytes();
        byte[] notMinimal64 = new ClientFrames()
                .raw(0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 1, 2, 3, 4)
                .bytes();
        byte[] negative = new ClientFrames()
                .raw(0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4)
                .bytes();
        for (byte[] bytes : List.of(unmasked, longPing, notMinimal16, notMinimal64, negative)) {
            assertEverySplitGives(List.of("close:1002"), bytes);
        }
        byte[] newMessageInMessage =
                new ClientFrames().frame(0x01, utf8("a")).text("b").bytes();
        assertEverySplitGives(List.of("text+:a", "close:1002"), newMessageInMessage);
    }

    @Test
    void shouldFailWith1009WhenThePrefixMakesALengthTooLong() {
        byte[] bytes = new ClientFrames().header(0x82, Long.MAX_VALUE).bytes();
        assertEquals(List.of("close:1009"), ServerFrames.frames(echo("p", bytes, n -> n)));
    }

    @Test
    void shouldFailWith1007AtTheFirstInvalidByte() {
        byte[] valid = {(byte) 0xCE, (byte) 0xBA, (byte) 0xF4};
        byte[] smallFrame = new ClientFrames()
                .header(0x81, 20)
                .raw(0xCE ^ 0x12, 0xBA ^ 0x9A, 0xF4 ^ 0x55, 0x90 ^ 0xF0)
                .bytes();
        assertEverySplitGives(List.of("close:1007"), smallFrame);
        byte[] largeFrame = new ClientFrames()
                .header(0x81, 1 << 20)
                .raw(0xCE ^ 0x12, 0xBA ^ 0x9A, 0xF4 ^ 0x55, 0x90 ^ 0xF0)
                .bytes();
        assertEquals(List.of("close:1007"), ServerFrames.messages(echo("", largeFrame, n -> 1)));
        byte[] acrossFragments =
                new ClientFrames().frame(0x01, valid).frame(0x00, (byte) 0x90).bytes();
        assertEquals(List.of("close:1007"), ServerFrames.messages(echo("", acrossFragments, n -> n)));
        byte[] unfinished = new ClientFrames().frame(0x81, valid).bytes();
        assertEverySplitGives(List.of("close:1007"), unfinished);
        byte[] unfinishedInFragments =
                new ClientFrames().frame(0x01, valid).frame(0x80).bytes();
        assertEquals(List.of("close:1007"), ServerFrames.messages(echo("", unfinishedInFragments, n -> n)));
    }

    @Test
    void shouldAnswerACloseWithItsCodeOrWithWhatIsWrongAboutIt() {
        for (int code :
                new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999}) {
            assertEverySplitGives(
                    List.of("close:" + code), new ClientFrames().close(code).bytes());
        }
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
            assertEverySplitGives(
                    List.of("close:1002"), new ClientFrames().close(code).bytes());
        }
        assertEverySplitGives(List.of("close:"), new ClientFrames().frame(0x88).bytes());
        assertEverySplitGives(
                List.of("close:1002"), new ClientFrames().frame(0x88, (byte) 3).bytes());
        assertEverySplitGives(
                List.of("close:1000"),
                new ClientFrames().close(1000, utf8("ä".repeat(61))).bytes());
        assertEverySplitGives(
                List.of("close:1007"),
                new ClientFrames().close(1000, (byte) 0xC3).bytes());
    }

    @Test
    void shouldLogMessagesOnOneLineEachWithNothingInvisible() {
        byte[] bytes = new ClientFrames()
                .text("hello")
                .text("a\nb\u001b[2Jc\u202E\\")
                .binary(new byte[7])
                .frame(0x01, utf8("in "))
                .frame(0x80, utf8("parts"))
                .text("€".repeat(1000))
                .bytes();
        List<String> expected = List.of(
                "Received message: hello",
                "Received message: a\\nb\\u{1b}[2Jc\\u{202e}\\\\",
                "Received message: (7 bytes of binary)",
                "Received message: in parts",
                "Received message: " + "€".repeat(85) + "… (3000 bytes)");
        echo("", bytes, n -> n);
        assertEquals(expected, log);
        log.clear();
        echo("", bytes, n -> 1);
        assertEquals(expected, log);
    }

    @Test
    void shouldEndOfItsOwnAccordOnlyBetweenFrames() {
        FrameEcho echo = newEcho("");
        ByteBuffer out = OUT.clear();
        echo.echo(wrap(new ClientFrames().header(0x82, 10).raw(1).bytes()), out);
        out.clear();
        echo.endIfBetweenFrames(CloseCode.GOING_AWAY, out);
        assertEquals(0, out.position());
        echo.echo(wrap(new byte[9]), out);
        out.clear();
        echo.endIfBetweenFrames(CloseCode.GOING_AWAY, out);
        assertEquals(List.of("close:1001"), ServerFrames.frames(taken(out)));
    }

    private void assertEverySplitGives(List<String> expected, byte[] bytes) {
        for (int chunk = 1; chunk <= bytes.length; chunk++) {
            int length = chunk;
            assertEquals(expected, ServerFrames.frames(echo("", bytes, n -> length)), "pieces of " + chunk);
        }
    }

    /** Feeds the bytes in pieces; {@code pieceLength} is told how many are left. */
    private byte[] echo(String prefix, byte[] bytes, IntUnaryOperator pieceLength) {
        FrameEcho echo = newEcho(prefix);
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        ByteBuffer out = OUT.clear();
        int offset = 0;
        while (offset < bytes.length) {
            int left = bytes.length - offset;
            int length = Math.min(Math.min(left, pieceLength.applyAsInt(left)), LoopResources.READ_LENGTH);
            ByteBuffer in = wrap(bytes).limit(offset + length).position(offset);
            FrameEcho.Step step;
            do {
                step = echo.echo(in, out);
                answers.writeBytes(taken(out));
            } while (step == FrameEcho.Step.NEEDS_ROOM);
            assertEquals(0, in.remaining());
            offset += length;
        }
        echo.release();
        return answers.toByteArray();
    }

    private FrameEcho newEcho(String prefix) {
        return new FrameEcho(utf8(prefix), utf8("b1 [::1]:7"), slabs, new MessageLog(log::add));
    }

    private static byte[] taken(ByteBuffer out) {
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes).clear();
        return bytes;
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(Mask.ORDER);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
