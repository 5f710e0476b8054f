package dev.strata.registry.http;

import dev.strata.registry.manifests.DocumentMemory;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import org.springframework.stereotype.Component;

/** Says when requests begin and end, each on its thread. */
@Component
class RequestMemory implements ServletRequestListener {

    private final DocumentMemory memory;

    RequestMemory(DocumentMemory memory) {
        this.memory = memory;
    }

    @Override
    public void requestInitialized(ServletRequestEvent event) {
        memory.begin();
    }

    @Override
    public void requestDestroyed(ServletRequestEvent event) {
        memory.end();
    }
}
