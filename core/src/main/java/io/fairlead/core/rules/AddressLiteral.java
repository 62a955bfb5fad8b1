package io.fairlead.core.rules;

import org.agrona.MutableDirectBuffer;

/**
 * One reading of an address literal, strict and without look-ups. Text that two programs read as two addresses (leading
 * zeros, missing parts) is refused.
 *
 * <p><b>Owned by one thread</b>.
 */
final class AddressLiteral {
    private static final int GROUP_COUNT = 8;
    private static final int GROUP_DIGITS = 4;
    private static final int QUAD_COUNT = 4;
    private static final int QUAD_DIGITS = 3;
    private static final int MAPPED_MARKER = 0xffff;
    private static final int NO_GAP = -1;

    private final CharSequence text;
    private final int[] groups = new int[GROUP_COUNT];
    private int groupCount;
    private int gapIndex = NO_GAP;
    private int index;

    private AddressLiteral(CharSequence text) {
        this.text = text;
    }

    /** See {@link ClientKey#parseAddress}. */
    static boolean parse(CharSequence text, MutableDirectBuffer out, int offset) {
        final AddressLiteral literal = new AddressLiteral(text);
        final boolean isAddress = literal.readIpv4() || literal.readIpv6();
        if (isAddress) {
            literal.write(out, offset);
        }
        return isAddress;
    }

    private boolean readIpv4() {
        groupCount = GROUP_COUNT - 2;
        groups[groupCount - 1] = MAPPED_MARKER;
        return readQuads();
    }

    private boolean readIpv6() {
        index = 0;
        groupCount = 0;
        if (at(0, ':') && !readGap()) {
            return false;
        }
        while (index < text.length()) {
            if (!readGroup()) {
                return readQuads() && isComplete();
            }
            if (index == text.length()) {
                break;
            }
            if (at(index, ':') && at(index + 1, ':')) {
                if (!readGap()) {
                    return false;
                }
            } else {
                index++;
                // readGroup stopped at a colon, and a single colon leads to another group.
                if (index == text.length()) {
                    return false;
                }
            }
        }
        return isComplete();
    }

    /** Two colons, once. */
    private boolean readGap() {
        if (gapIndex != NO_GAP || !at(index + 1, ':')) {
            return false;
        }
        gapIndex = groupCount;
        index += 2;
        return true;
    }

    /** One to four hexadecimal digits, followed by a colon or the end; takes nothing if it is not that. */
    private boolean readGroup() {
        int end = index;
        int value = 0;
        while (end < text.length() && end - index < GROUP_DIGITS && hexDigit(text.charAt(end)) >= 0) {
            value = (value << 4) | hexDigit(text.charAt(end));
            end++;
        }
        final boolean isGroup = end > index && groupCount < GROUP_COUNT && (end == text.length() || at(end, ':'));
        if (isGroup) {
            groups[groupCount] = value;
            groupCount++;
            index = end;
        }
        return isGroup;
    }

    /** A dotted quad up to the end of the text: two groups. */
    private boolean readQuads() {
        if (groupCount > GROUP_COUNT - 2) {
            return false;
        }
        int address = 0;
        for (int i = 0; i < QUAD_COUNT; i++) {
            final int quad = readQuad();
            if (quad < 0 || (i < QUAD_COUNT - 1 && !at(index, '.'))) {
                return false;
            }
            if (i < QUAD_COUNT - 1) {
                index++;
            }
            address = (address << Byte.SIZE) | quad;
        }
        groups[groupCount] = address >>> Short.SIZE;
        groups[groupCount + 1] = address & 0xffff;
        groupCount += 2;
        return index == text.length();
    }

    private int readQuad() {
        final int start = index;
        int value = 0;
        while (index < text.length() && index - start < QUAD_DIGITS && isDigit(text.charAt(index))) {
            value = value * 10 + (text.charAt(index) - '0');
            index++;
        }
        final int length = index - start;
        final boolean hasLeadingZero = length > 1 && text.charAt(start) == '0';
        return length == 0 || hasLeadingZero || value > 0xff ? -1 : value;
    }

    private boolean isComplete() {
        return gapIndex == NO_GAP ? groupCount == GROUP_COUNT : groupCount < GROUP_COUNT;
    }

    private void write(MutableDirectBuffer out, int offset) {
        final int zeroCount = GROUP_COUNT - groupCount;
        for (int i = 0; i < GROUP_COUNT; i++) {
            final int value;
            if (gapIndex == NO_GAP || i < gapIndex) {
                value = groups[i];
            } else {
                value = i < gapIndex + zeroCount ? 0 : groups[i - zeroCount];
            }
            out.putByte(offset + i * Short.BYTES, (byte) (value >>> Byte.SIZE));
            out.putByte(offset + i * Short.BYTES + 1, (byte) value);
        }
    }

    private boolean at(int position, char c) {
        return position < text.length() && text.charAt(position) == c;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int hexDigit(char c) {
        if (isDigit(c)) {
            return c - '0';
        }
        final char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }
}
