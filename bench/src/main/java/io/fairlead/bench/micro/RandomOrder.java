package io.fairlead.bench.micro;

import java.util.Random;

/** The numbers from 0 in an order without pattern, round and round. <b>Owned by one thread.</b> */
final class RandomOrder {
    private final int[] numbers;
    private int position;

    RandomOrder(int count) {
        numbers = new int[count];
        final Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            final int other = random.nextInt(i + 1);
            numbers[i] = numbers[other];
            numbers[other] = i;
        }
    }

    /** The next one. */
    int next() {
        if (position == numbers.length) {
            position = 0;
        }
        return numbers[position++];
    }
}
