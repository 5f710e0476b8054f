package dev.strata.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** A tar that is put together entry by entry, as builders write layers, or as nobody should. */
public final class TestTar {

    private static final int BLOCK = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int mode = 0644;
    private long owner;

    /** What is added from now on has these permissions. */
    public TestTar mode(int permissions) {
        this.mode = permissions;
        return this;
    }

    /** What is added from now on belongs to this user and the group of the same number. */
    public TestTar owner(long id) {
        this.owner = id;
        return this;
    }

    public TestTar file(String path, String content) {
        byte[] text = content.getBytes(UTF_8);
        return entry('0', path, "", text);
    }

    public TestTar directory(String path) {
        return entry('5', path + "/", "", new byte[0]);
    }

    public TestTar directories(String... paths) {
        for (String path : paths) {
            directory(path);
        }
        return this;
    }

    public TestTar link(String path, String target) {
        return entry('2', path, target, new byte[0]);
    }

    public TestTar hardLink(String path, String target) {
        return entry('1', path, target, new byte[0]);
    }

    /** An extended header for the entry that comes next. */
    public TestTar pax(String... records) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String record : records) {
            int rest = record.getBytes(UTF_8).length + 2;
            int length = rest + 1;
            while (length != rest + String.valueOf(length).length()) {
                length++;
            }
            all.writeBytes((length + " " + record + "\n").getBytes(UTF_8));
        }
        return entry('x', "PaxHeaders/next", "", all.toByteArray());
    }

    /** @param type the letter in the header */
    public TestTar entry(char type, String path, String target, byte[] content) {
        bytes.writeBytes(header(type, path, target, content.length));
        return raw(content).raw(new byte[-content.length & (BLOCK - 1)]);
    }

    public TestTar raw(byte[] content) {
        bytes.writeBytes(content);
        return this;
    }

    private byte[] header(char type, String path, String target, int size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, path);
        put(header, 100, "%07o\0".formatted(mode));
        put(header, 108, "%07o\0".formatted(owner));
        put(header, 116, "%07o\0".formatted(owner));
        put(header, 124, "%011o\0".formatted(size));
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, target);
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] value = text.getBytes(UTF_8);
        System.arraycopy(value, 0, header, at, value.length);
    }

    /** Up to here, without an end. */
    public byte[] open() {
        return bytes.toByteArray();
    }

    public byte[] bytes() {
        return raw(new byte[2 * BLOCK]).open();
    }
}
