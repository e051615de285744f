"""Files that strangers send as pictures: opened by a bounded child process, kept as new JPEG files of our own.

`opening.open_file` is the door. The child imports nothing of the domain, so that it starts in a tenth of a second.
"""
