"""Reports about a month as a whole: quality, timeliness, trends, the summary for 编委, pay lists, PI-23."""
