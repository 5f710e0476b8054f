package dev.strata.web.connector.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What Tomcat may do with the buffers of a connection. */
class ConnectionBuffersTest {

    @Test
    void theReadBufferIsLongAndEmpty() {
        ConnectionBuffers buffers = new ConnectionBuffers();
        buffers.configureReadBufferForRead();
        assertThat(buffers.isReadBufferEmpty()).isTrue();
        assertThat(buffers.getReadBuffer().hasRemaining()).isFalse();
        int small = buffers.getReadBuffer().capacity();
        buffers.readMuch(true);
        assertThat(buffers.getReadBuffer().hasRemaining()).isFalse();
        assertThat(buffers.getReadBuffer().capacity()).isGreaterThan(small);
    }

    @Test
    void whatIsReadIntoItIsKeptForThisConnectionAlone() {
        ConnectionBuffers buffers = new ConnectionBuffers();
        ConnectionBuffers others = new ConnectionBuffers();
        buffers.configureReadBufferForRead();
        buffers.configureReadBufferForWrite();
        buffers.getReadBuffer().put(new byte[] {1, 2, 3});
        assertThat(buffers.isReadBufferEmpty()).isFalse();
        assertThat(others.isReadBufferEmpty()).isTrue();
        buffers.configureReadBufferForRead();
        assertThat(buffers.getReadBuffer().remaining()).isEqualTo(3);
        assertThat(buffers.getReadBuffer().get()).isEqualTo((byte) 1);
        buffers.reset();
        assertThat(buffers.isReadBufferEmpty()).isTrue();
    }

    @Test
    void whatWasReadTooFarCanBePutBack() {
        ConnectionBuffers buffers = new ConnectionBuffers();
        buffers.unReadReadBuffer(ByteBuffer.wrap(new byte[] {7, 8}));
        buffers.configureReadBufferForRead();
        assertThat(buffers.getReadBuffer().remaining()).isEqualTo(2);
    }

    @Test
    void itCanBeWritten() {
        ConnectionBuffers buffers = new ConnectionBuffers();
        buffers.configureWriteBufferForWrite();
        assertThat(buffers.isWriteBufferWritable()).isTrue();
        buffers.getWriteBuffer().put((byte) 5);
        buffers.configureWriteBufferForRead();
        assertThat(buffers.getWriteBuffer().get()).isEqualTo((byte) 5);
    }

    @Test
    void anAnswerThatWasSentKeepsNoMemory() {
        ConnectionBuffers buffers = new ConnectionBuffers();
        assertThat(buffers.getWriteBuffer().capacity()).isZero();
        assertThat(buffers.isWriteBufferEmpty()).isTrue();
        assertThat(buffers.isWriteBufferWritable()).isTrue();
        buffers.configureWriteBufferForWrite();
        buffers.getWriteBuffer().put(new byte[] {1, 2});
        buffers.configureWriteBufferForRead();
        buffers.getWriteBuffer().get();
        buffers.rest(); // a byte is left
        assertThat(buffers.isWriteBufferEmpty()).isFalse();
        buffers.configureWriteBufferForWrite();
        buffers.getWriteBuffer().put((byte) 3);
        buffers.configureWriteBufferForRead();
        assertThat(buffers.getWriteBuffer()).isEqualTo(ByteBuffer.wrap(new byte[] {2, 3}));
        buffers.getWriteBuffer().get(new byte[2]);
        buffers.rest();
        assertThat(buffers.getWriteBuffer().capacity()).isZero();
        assertThat(buffers.isWriteBufferEmpty()).isTrue();
    }

    @Test
    void whatABrokenConnectionLeftIsNeverSentOnAnother() {
        ConnectionBuffers broken = new ConnectionBuffers();
        broken.configureWriteBufferForWrite();
        broken.getWriteBuffer().put((byte) 9);
        broken.configureWriteBufferForRead();
        broken.reset();
        ConnectionBuffers next = new ConnectionBuffers();
        next.configureWriteBufferForWrite();
        assertThat(next.isWriteBufferEmpty()).isTrue();
        next.configureWriteBufferForRead();
        assertThat(next.getWriteBuffer().hasRemaining()).isFalse();
    }
}
