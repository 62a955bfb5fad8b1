package io.fairlead.bench.hash;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.zip.CRC32;

/**
 * nginx's {@code hash $remote_addr consistent}: 160 points for each unit of weight, each the CRC-32 of host, port and the
 * point before; the key is the CRC-32 of the address as text, and the first point not below it has the client.
 *
 * <p><b>Owned by one thread</b>: it writes the text into an array of its own. nginx finds the text in its variables; writing it
 * is part of what is measured here, for the client's address does not come as text.
 */
public final class KetamaSelector implements Selector {
    private static final int POINTS_PER_WEIGHT = 160;
    private static final int TEXT_LIMIT = 15;

    private final Ring ring;
    private final CRC32 crc = new CRC32();
    private final byte[] text = new byte[TEXT_LIMIT];

    /**
     * Among these.
     *
     * @param members one at least that is not down.
     */
    public KetamaSelector(List<Member> members) {
        final List<Member> alive = Member.alive(members);
        ring = new Ring(alive.stream().mapToInt(Member::weight).sum() * POINTS_PER_WEIGHT);
        for (final Member member : alive) {
            final byte[] identity = (member.host() + '\0' + member.port()).getBytes(US_ASCII);
            int place = 0;
            for (int i = 0; i < member.weight() * POINTS_PER_WEIGHT; i++) {
                place = point(identity, place);
                ring.add(place, member.number());
            }
        }
        ring.sort();
    }

    @Override
    public int select(int ipv4) {
        crc.reset();
        crc.update(text, 0, writeAddress(ipv4));
        return ring.number(ring.ceiling((int) crc.getValue()));
    }

    private int point(byte[] identity, int previous) {
        crc.reset();
        crc.update(identity);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            crc.update(previous >>> shift);
        }
        return (int) crc.getValue();
    }

    private int writeAddress(int ipv4) {
        int length = 0;
        for (int shift = 24; shift >= 0; shift -= 8) {
            final int octet = (ipv4 >>> shift) & 0xff;
            if (octet >= 100) {
                text[length++] = (byte) ('0' + octet / 100);
            }
            if (octet >= 10) {
                text[length++] = (byte) ('0' + octet / 10 % 10);
            }
            text[length++] = (byte) ('0' + octet % 10);
            if (shift > 0) {
                text[length++] = '.';
            }
        }
        return length;
    }
}
