package dev.strata.registry;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class RegistryPropertiesTest {

    /** Of a heap of 192 MB a part cannot be used; the default of 8 MB has to fit all the same. */
    @Test
    void manifestsMayBeAsLargeAsTheHeapBears() {
        long heap = DataSize.ofMegabytes(185).toBytes();
        assertThatCode(() -> RegistryProperties.requireHeap(DataSize.ofMegabytes(8), heap))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegistryProperties.requireHeap(DataSize.ofMegabytes(16), heap))
                .withMessageContaining("16MB needs a heap of 320MB, and it has 185MB");
    }
}
