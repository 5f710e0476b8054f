/** How HTTP reaches the program: Tomcat as it is set up, its access log, and what it answers by itself. */
@NullMarked
package dev.strata.web.connector;

import org.jspecify.annotations.NullMarked;
