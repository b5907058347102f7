package farm

import (
	"cmp"
	"fmt"
	"strings"
)

// SmokeTest is one page of the farm that every front-end Web server must show before users come back.
type SmokeTest struct {
	Name string `json:"name" mapstructure:"name"`
	// URL is asked of each front-end itself, with the URL's host as Host header.
	URL string `json:"url" mapstructure:"url"`
	// Expect is text the page must hold, case counts; empty means any page.
	Expect string `json:"expect" mapstructure:"expect"`
	// ExpectStatus is the HTTP status that counts as an answer; zero means 200. 401 proves no more than that the
	// site lives and asks who is there, which is all that can be asked of a Web application where Windows
	// refuses a logon to itself under another name (KB896861).
	ExpectStatus int `json:"expect_status" mapstructure:"expect_status"`
}

// SmokeResult is what a front-end answered to one smoke test.
type SmokeResult struct {
	Test   string `json:"test"`
	Status int    `json:"status"` // of HTTP; 0 when nobody answered
	Found  bool   `json:"found"`  // the page holds the expected text
	Title  string `json:"title,omitempty"`
	Error  string `json:"error,omitempty"`
	// ByName says that the front-end could not be asked itself (https): another one may have answered.
	ByName bool `json:"by_name,omitempty"`
}

// usualStatus is the HTTP status of a page.
const usualStatus = 200

// Fails says what is wrong with an answer, empty when it is the expected one.
func (t SmokeTest) Fails(r SmokeResult) string {
	want := cmp.Or(t.ExpectStatus, usualStatus)
	switch {
	case r.Status == 0:
		return "nobody answered: " + r.Error
	case r.Status != want:
		return strings.TrimSpace(fmt.Sprintf("status %d, want %d. %s %s", r.Status, want, r.Title, r.Error))
	case t.Expect != "" && !r.Found:
		return strings.TrimSpace(fmt.Sprintf("the page does not hold %q. %s", t.Expect, r.Title))
	}
	return ""
}
