from treadle import template_var


@template_var
def prefix():
    return "inherited"
