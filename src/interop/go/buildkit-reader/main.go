// Command buildkit-reader tells what BuildKit itself reads in Dockerfiles, as JSON, so that a test can compare.
//
//	buildkit-reader read FILE...    one line for each file: its stages and instructions, or that it is refused
//	buildkit-reader expand FILE     the file has lines {"word","escape","env"}; answers each with its expansions
//	buildkit-reader plan FILE       the file has lines {"file","target","platform","build","args","base"}; answers each with
//	                                what BuildKit would run for it, and the image that comes out
//
// Text that is no UTF-8 is written with each wrong byte as a code point from U+DC80 on.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"unicode/utf8"
)

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("say read, expand or plan, and a file"))
	}
	switch os.Args[1] {
	case "read":
		for _, name := range os.Args[2:] {
			dt, err := os.ReadFile(name)
			if err != nil {
				fail(err)
			}
			write(read(dt))
		}
	case "expand":
		lines(func(line []byte) any { return expand(line) })
	case "plan":
		lines(func(line []byte) any { return plan(line) })
	default:
		fail(fmt.Errorf("there is no command %q", os.Args[1]))
	}
}

func lines(answer func([]byte) any) {
	file, err := os.Open(os.Args[2])
	if err != nil {
		fail(err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		write(answer(scanner.Bytes()))
	}
	if err := scanner.Err(); err != nil {
		fail(err)
	}
}

var out = json.NewEncoder(os.Stdout)

func write(v any) {
	out.SetEscapeHTML(false)
	if err := out.Encode(v); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// text is a string whose bytes need not be UTF-8.
type text string

func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	var quoted []byte
	quoted = append(quoted, '"')
	for i := 0; i < len(t); {
		r, n := utf8.DecodeRuneInString(string(t[i:]))
		if r == utf8.RuneError && n == 1 {
			quoted = append(quoted, fmt.Sprintf("\\udc%02x", t[i])...)
		} else {
			part, _ := json.Marshal(string(t[i : i+n]))
			quoted = append(quoted, part[1:len(part)-1]...)
		}
		i += n
	}
	return append(quoted, '"'), nil
}

func texts(values []string) []text {
	result := make([]text, 0, len(values))
	for _, v := range values {
		result = append(result, text(v))
	}
	return result
}
