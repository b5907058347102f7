package farm

// ReportedDatabase is a database the farm says it uses.
type ReportedDatabase struct {
	Name   string `json:"name"`
	Server string `json:"server"`
	Type   string `json:"type"`
}

// FarmFacts is what the farm says of itself (the article: Operations, Servers in Farm).
type FarmFacts struct {
	Configuration         string   `json:"configuration"`
	Version               Version  `json:"version,omitzero"`
	Account               string   `json:"account"`
	CentralPool           string   `json:"central_pool"`
	Servers               []string `json:"servers"`
	CentralAdministration []string `json:"central_administration"`
	WebServers            []string `json:"web_servers"`
	WebApplications       []string `json:"web_applications"` // URLs, without Central Administration
	// SitePaths are the folders of the Web applications' sites, Central Administration's included: where web.config lies.
	SitePaths    []string           `json:"site_paths,omitempty"`
	Databases    []ReportedDatabase `json:"databases"`
	NeedsUpgrade []string           `json:"needs_upgrade,omitempty"` // servers and databases that say so
}
