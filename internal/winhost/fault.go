package winhost

import "strconv"

// codeTimedOut is what the server answers to a Receive when nothing came within the operation timeout.
const codeTimedOut = 2150858793

// faultKinds sorts WS-Management and Win32 codes (winerror.h, wsmerror.h; which of them WinRM 2.0 sends is field
// experience of WinRb, pywinrm and Ansible).
var faultKinds = map[string]Kind{
	"2150859173": KindQuota, // shells per user
	"2150859174": KindQuota, // concurrent operations per user
	"2150859175": KindQuota, // concurrent users
	"2150859176": KindQuota, // operations of the system
	"2150859179": KindQuota, // shell users
	"2150858815": KindQuota,
	"2150859236": KindQuota, "2150859237": KindQuota, "2150859238": KindQuota, "2150859239": KindQuota,
	"2150859240": KindQuota, "2150859241": KindQuota, "2150859242": KindQuota,

	"2150858843": KindShellGone,

	"995":        KindRebooting, // I/O aborted: the service is stopping
	"2147943395": KindRebooting,
	"1115":       KindRebooting, // a shutdown is in progress
	"2147943515": KindRebooting,
	"2147943418": KindRebooting, // registry key marked for deletion: the profile is being unloaded

	"5":          KindDenied,
	"2147942405": KindDenied,

	"2150858805": KindTooBig,
}

// faultError turns a SOAP fault into an Error.
func faultError(status int, code, reason string) *Error {
	kind, known := faultKinds[code]
	if !known {
		kind = KindFault
	}
	number, _ := strconv.ParseInt(code, 10, 64)
	if number == codeTimedOut {
		kind = KindUnreachable
	}
	e := newError(kind, "%s", reason)
	if e.Message == "" {
		e.Message = "the server reported a fault without a reason"
	}
	e.HTTP, e.Code = status, number
	return e
}

// statusError sorts replies that http.sys or a proxy gave in place of the WinRM service: they have no SOAP body.
func statusError(status int, why string) *Error {
	kind := KindConfig
	switch status {
	case 404, 502, 503, 504:
		kind = KindUnreachable
	case 413:
		kind = KindTooBig
	}
	e := newError(kind, "%s", why)
	e.HTTP = status
	return e
}
