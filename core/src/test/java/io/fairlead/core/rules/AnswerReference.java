package io.fairlead.core.rules;

import java.util.List;

/** The verdict on a backend's first bytes once more, over the whole text: slow, and independent. */
final class AnswerReference {
    private static final String START = "HTTP/1.1 101 ";

    private AnswerReference() {}

    /** @param text the bytes as ISO 8859-1. */
    static int verdict(String text, int limit, String accept) {
        final String head = text.substring(0, Math.min(text.length(), limit));
        if (!START.startsWith(head.substring(0, Math.min(head.length(), START.length())))) {
            return AnswerPeek.OTHER;
        }
        final String[] lines = head.split("\r\n", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            final String line = lines[i];
            if (i > 0 && line.isEmpty()) {
                return isSwitch(lines, i, accept) ? AnswerPeek.SWITCHED : AnswerPeek.OTHER;
            }
            final boolean isLegal =
                    !UpgradeReference.ILLEGAL.matcher(line + "\r\n").find();
            if (!isLegal || (i > 0 && !UpgradeReference.FIELD.matcher(line).matches())) {
                return AnswerPeek.OTHER;
            }
        }
        final boolean isOpen = text.length() < limit
                && !UpgradeReference.ILLEGAL.matcher(lines[lines.length - 1]).find();
        return isOpen ? AnswerPeek.NEED_MORE : AnswerPeek.OTHER;
    }

    private static boolean isSwitch(String[] lines, int end, String accept) {
        final List<String> protocols = UpgradeReference.values(lines, end, "upgrade");
        return UpgradeReference.tokens(lines, end, "connection").contains("upgrade")
                && protocols.size() == 1
                && protocols.get(0).equalsIgnoreCase("websocket")
                && UpgradeReference.values(lines, end, "sec-websocket-accept").equals(List.of(accept));
    }
}
