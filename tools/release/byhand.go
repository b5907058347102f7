package main

// reading is what somebody found who read a module because no program recognises its license.
type reading struct {
	// license is its SPDX identifier; empty: the module states none.
	license string
	// text of the license, for the module that does not come with it.
	text string
	// why it may be linked.
	why string
}

// byHand are such modules, by path. An entry that is not needed any more fails the check.
var byHand = map[string]reading{
	"github.com/cactus/go-statsd-client/statsd": {
		license: "MIT", text: "Copyright (c) 2012-2016 Eli Janssen\n\n" + mit,
		why: "each file names the MIT license in the root of the repository, which is above the module",
	},
	"github.com/nexus-rpc/nexus-proto-annotations": {
		why: "neither module nor repository has a license. Generated from one file of options for protocol buffers; Temporal's API " +
			"(MIT) is linked with it, whose authors are the same, and their nexus-rpc/sdk-go is under MIT",
	},
}

// mit is the text of the MIT license, without the line that says whose copyright it is.
const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`
