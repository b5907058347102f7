package farm

// Contained is an earlier update that a release brings with it, such as the Infrastructure Update inside a
// cumulative update: its files are not installed again where they are, and come with the release where they are
// not (the article, "Client-side requirements").
type Contained struct {
	KB    string `json:"kb" mapstructure:"kb"`
	Title string `json:"title" mapstructure:"title"`
	// Detect, Version and Products find the update on a server as those of a Package do.
	Detect   []string `json:"detect" mapstructure:"detect"`
	Version  Version  `json:"version" mapstructure:"version"`
	Products []string `json:"products" mapstructure:"products"`
}

// DetectContained judges whether an update that a release contains is on a server already.
func DetectContained(c Contained, products, patches []PatchState) PackageState {
	return DetectPackage(Package{KB: c.KB, Detect: c.Detect, Version: c.Version, Products: c.Products}, products, patches)
}

// ReleaseQuestion is a value of a release file that nobody could say for sure. It is asked instead of guessed:
// whoever knows writes a release file of their own with the value in it, and without the question.
type ReleaseQuestion struct {
	// Key is the place in the release file, such as packages[0].version.
	Key string `json:"key" mapstructure:"key"`
	Ask string `json:"ask" mapstructure:"ask"`
}
