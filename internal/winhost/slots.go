package winhost

import (
	"context"
	"sync"
)

// shellsPerUser is how many shells this process opens at once for one account on one server. WinRM 2.0 allows an account
// five, and administrators at the same account need some.
const shellsPerUser = 3

// slots are shared by every Host of the process, because the server counts by account and not by connection.
var slots sync.Map // "address|account" -> chan struct{}

// takeSlot waits for a free shell and returns the function that gives it back.
func takeSlot(ctx context.Context, e endpoint) (func(), error) {
	v, _ := slots.LoadOrStore(e.address()+"|"+e.account(), make(chan struct{}, shellsPerUser))
	slot := v.(chan struct{})
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	case <-ctx.Done():
		err := newError(KindInterrupted, "the call was stopped while %d others of the same account ran: %v", shellsPerUser, context.Cause(ctx))
		err.cause = ctx.Err()
		return nil, err
	}
}
