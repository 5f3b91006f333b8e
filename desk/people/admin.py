"""Roles in Django's admin."""

from django.contrib import admin

from desk.people.models import Staff


@admin.register(Staff)
class StaffAdmin(admin.ModelAdmin):
    list_display = ["user", "role", "programmes"]
    list_filter = ["role"]
