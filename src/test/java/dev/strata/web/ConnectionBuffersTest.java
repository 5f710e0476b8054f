package dev.strata.web;

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
        assertThat(buffers.getReadBuffer().capacity()).isGreaterThan(32 * 1024);
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
}
