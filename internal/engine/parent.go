package engine

import (
	"context"
	"io"
)

// UntilEOF returns a context that ends when r does. A parent that holds the other end of the pipe never has to clean up:
// whatever kills it closes the pipe, and its children stop.
func UntilEOF(ctx context.Context, r io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, r) // a broken pipe means the same as its end: the parent is gone
	}()
	return ctx
}
