package dev.strata.storage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** For what is there only where blobs are in a store of a kind. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnStorage.OfKind.class)
public @interface OnStorage {

    StorageKind value();

    /** Reads the setting as its record does. */
    final class OfKind implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata annotated) {
            StorageKind kind = Binder.get(context.getEnvironment())
                    .bind("strata.storage.kind", StorageKind.class)
                    .orElse(StorageKind.FILE_SYSTEM);
            return annotated.getAnnotations().get(OnStorage.class).getEnum("value", StorageKind.class) == kind;
        }
    }
}
